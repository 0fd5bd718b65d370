//! Where indexes are kept.

use std::path::PathBuf;

use anyhow::Context;
use etcetera::{BaseStrategy, choose_base_strategy};

/// The folder of an index: the one that is named, or that `IMR_SEARCH_INDEX` names, or else one in the place for data
/// that the platform names.
pub(crate) fn index(named: Option<&PathBuf>) -> anyhow::Result<PathBuf> {
    if let Some(named) = named {
        return Ok(named.clone());
    }
    match std::env::var_os("IMR_SEARCH_INDEX").filter(|named| !named.is_empty()) {
        Some(named) => Ok(PathBuf::from(named)),
        None => Ok(data_folder()?.join("index")),
    }
}

/// The folder of the index that mirrors a set of letters, by a digest of their paths.
pub(crate) fn mirror(name: &str, digest: &str) -> anyhow::Result<PathBuf> {
    Ok(data_folder()?.join("folders").join(format!("{name}-{digest}")))
}

fn data_folder() -> anyhow::Result<PathBuf> {
    let places = choose_base_strategy().context("no home folder, so no place for the index; name one with --index")?;
    Ok(places.data_dir().join("imr-search"))
}
