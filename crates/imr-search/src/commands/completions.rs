//! `imr-search completions`, and what it completes.

use std::ffi::OsStr;
use std::io::{self, Write};

use clap::ValueEnum;
use clap_complete::CompleteEnv;
use clap_complete::engine::CompletionCandidate;
use clap_complete::env::{Elvish, EnvCompleter, Fish, Powershell, Zsh};
use imr_index::Schema;
use imr_output::OutputSchema;
use imr_query::{condition, known_values};

use super::{Found, definition};
use crate::config_file::Choice;
use crate::saved::SavedSearches;

/// Print a script that completes commands in a shell
///
/// Completed are commands and flags, the names of fields, and in queries the values of fields that the vocabulary knows:
/// `class:ben`, `outcome:o`. The shell asks the installed program, so that the script need not be renewed with it.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  echo 'source <(imr-search completions bash)' >> ~/.bashrc
  echo 'source <(imr-search completions zsh)' >> ~/.zshrc
  imr-search completions fish > ~/.config/fish/completions/imr-search.fish
  imr-search completions powershell >> $PROFILE
  imr-search completions elvish >> ~/.config/elvish/rc.elv")]
pub(crate) struct CompletionsArgs {
    /// The shell
    #[arg(value_enum)]
    shell: Shell,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Shell {
    Bash,
    Zsh,
    Fish,
    Powershell,
    Elvish,
}

/// Names the shell that asks for completions; scripts set it.
const VARIABLE: &str = "IMR_SEARCH_COMPLETE";

const PROGRAM: &str = "imr-search";

/// For bash, which divides words at colons. The script of `clap_complete` does not put `field:value` together again, and
/// inserts values without quoting them.
const BASH: &str = r#"_imr_search() {
    local words=() last=-1 index=0 i word
    for ((i = 0; i < ${#COMP_WORDS[@]}; i++)); do
        word=${COMP_WORDS[i]}
        if ((last >= 0)) && [[ $word == :* || ${words[last]} == *: ]]; then
            words[last]+=$word
        else
            last=$((last + 1))
            words[last]=$word
        fi
        if ((i == COMP_CWORD)); then index=$last; fi
    done
    local IFS=$'\n' found=() prefix=""
    found=($(_CLAP_IFS=$'\n' _CLAP_COMPLETE_INDEX=$index IMR_SEARCH_COMPLETE=bash \
        imr-search -- "${words[@]}" 2>/dev/null)) || return
    if [[ $COMP_WORDBREAKS == *:* && ${words[index]} == *:* ]]; then prefix=${words[index]%"${words[index]##*:}"}; fi
    COMPREPLY=()
    for word in "${found[@]}"; do
        word=${word#"$prefix"}
        if [[ $word == *[\ \"]* ]]; then printf -v word %q "$word"; fi
        COMPREPLY+=("$word")
    done
    if [[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == *[:=/] ]]; then compopt -o nospace 2>/dev/null; fi
}
complete -o bashdefault -F _imr_search imr-search
"#;

pub(crate) fn run(args: &CompletionsArgs) -> anyhow::Result<Found> {
    let mut out = io::stdout();
    let shell: &dyn EnvCompleter = match args.shell {
        Shell::Bash => {
            out.write_all(BASH.as_bytes())?;
            return Ok(Found::Something);
        }
        Shell::Zsh => &Zsh,
        Shell::Fish => &Fish,
        Shell::Powershell => &Powershell,
        Shell::Elvish => &Elvish,
    };
    shell.write_registration(VARIABLE, PROGRAM, PROGRAM, PROGRAM, &mut out)?;
    Ok(Found::Something)
}

/// Completes a command line, if it is a shell that asks. Returns whether it was.
pub(crate) fn complete() -> clap::error::Result<bool> {
    let folder = std::env::current_dir().ok();
    CompleteEnv::with_factory(definition).var(VARIABLE).try_complete(std::env::args_os(), folder.as_deref())
}

/// Names of fields that can be counted.
pub(crate) fn facet(current: &OsStr) -> Vec<CompletionCandidate> {
    Schema::shared().facets().filter_map(|(_, field)| candidate(current, &field.name, "", &field.doc)).collect()
}

/// Names of saved searches, in the usual place.
pub(crate) fn saved_search(current: &OsStr) -> Vec<CompletionCandidate> {
    let place = Choice::of(None).map(|choice| choice.path);
    let names = place.and_then(|place| SavedSearches::beside(&place).names().ok()).unwrap_or_default();
    names.iter().filter_map(|name| candidate(current, name, "", "")).collect()
}

/// Names of fields that can be printed.
pub(crate) fn output_field(current: &OsStr) -> Vec<CompletionCandidate> {
    OutputSchema::shared().fields.iter().filter_map(|field| candidate(current, &field.name, "", &field.doc)).collect()
}

/// The names of fields, or behind a name and its colon its values.
pub(crate) fn query_word(current: &OsStr) -> Vec<CompletionCandidate> {
    let Some(word) = current.to_str().filter(|word| !word.is_empty()) else { return Vec::new() };
    let schema = Schema::shared();
    let Some((name, value)) = word.split_once(':') else {
        return schema
            .public_fields()
            .filter_map(|(_, field)| candidate(current, &field.name, ":", &field.doc))
            .collect();
    };
    let side = ["any.", "mx."].iter().find_map(|side| name.strip_prefix(side)).unwrap_or(name);
    let Some(id) = schema.find(side) else { return Vec::new() };
    let typed = value.trim_start_matches(['"', '\\']).to_lowercase();
    let values = known_values(schema.definition(id)).into_iter();
    let meant = values.filter(|value| value.to_lowercase().starts_with(&typed));
    meant.map(|value| CompletionCandidate::new(condition(name, &value))).collect()
}

fn candidate(current: &OsStr, name: &str, end: &str, doc: &str) -> Option<CompletionCandidate> {
    let is_meant = current.to_str().is_some_and(|typed| name.starts_with(typed));
    is_meant.then(|| CompletionCandidate::new(format!("{name}{end}")).help(Some(doc.to_owned().into())))
}
