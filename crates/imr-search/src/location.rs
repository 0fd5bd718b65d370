//! Where things are kept.

use std::path::PathBuf;

use anyhow::Context;
use etcetera::{BaseStrategy, choose_base_strategy};

/// The folder of the index where none is named: in the place for data that the platform names.
pub(crate) fn index() -> anyhow::Result<PathBuf> {
    Ok(data_folder()?.join("index"))
}

/// The folder of the index that mirrors a set of letters, by a digest of their paths.
pub(crate) fn mirror(name: &str, digest: &str) -> anyhow::Result<PathBuf> {
    Ok(data_folder()?.join("folders").join(format!("{name}-{digest}")))
}

/// The configuration file where none is named: in the place for configuration that the platform names. `None` without a
/// home folder.
pub(crate) fn config_file() -> Option<PathBuf> {
    Some(choose_base_strategy().ok()?.config_dir().join("imr-search").join("config.toml"))
}

fn data_folder() -> anyhow::Result<PathBuf> {
    let places = choose_base_strategy().context("no home folder, so no place for the index; name one with --index")?;
    Ok(places.data_dir().join("imr-search"))
}
