//! `ringfence configure`: lets a shell start an agent in `ringfence exec`, so that it goes through the proxy
//! while there is one.
//!
//! **Invariant:** one line for each agent is written, and `--undo` gives the file back to the byte. An
//! agent is never pointed at the proxy for good: without a daemon it starts and works as before.

use super::install::{diff, program, write};
use super::{narrow, person};
use crate::cli::Configure;
use crate::hooked::read;
use crate::output::{Exit, GREEN, print};
use crate::places::Places;
use crate::trusted::approval::approve_own;
use anyhow::{Result, bail};
use ringfence_event::AgentKind;
use std::path::{Path, PathBuf};

/// The agents that are started from a shell, and how they are called there.
const PROGRAMS: [(AgentKind, &str); 4] = [
    (AgentKind::ClaudeCode, "claude"),
    (AgentKind::Codex, "codex"),
    (AgentKind::Gemini, "gemini"),
    (AgentKind::Copilot, "copilot"),
];

/// The start-up files of shells with functions as POSIX has them, below the home directory.
const FILES: [&str; 2] = [".bashrc", ".zshrc"];

pub(super) fn run(args: &Configure, places: &Places) -> Result<Exit> {
    if cfg!(not(target_os = "linux")) && !args.undo {
        bail!("`ringfence exec` needs Linux, and so does this");
    }
    if !args.dry_run {
        person::only(places)?;
    }
    let known = PROGRAMS.map(|(agent, _)| agent);
    let agent = narrow::one_of(&args.agent, &known)?;
    let names = PROGRAMS.iter().find(|(known, _)| *known == agent);
    let name = names.map_or(agent.name(), |(_, name)| *name);
    let line = line(agent, name, &program()?);
    let home = FILES.map(|file| places.home.join(file));
    let files: Vec<PathBuf> = home.into_iter().filter(|file| file.is_file()).collect();
    if files.is_empty() {
        bail!(
            "there is neither `~/.bashrc` nor `~/.zshrc`\nhint: put this where your shell starts: {line}"
        );
    }
    for file in files {
        edit(&file, args, agent, &line, places)?;
    }
    Ok(Exit::Done)
}

fn edit(
    file: &Path,
    args: &Configure,
    agent: AgentKind,
    line: &str,
    places: &Places,
) -> Result<()> {
    let before = read(file)?.unwrap_or_default();
    let without = without(&before, agent);
    let after = if args.undo {
        without
    } else {
        with(&without, line)
    };
    if after == before {
        let stands = if args.undo {
            "nothing of ours stands"
        } else {
            "it stands"
        };
        return print(&format!(
            "{}: {stands} in `{}`.\n",
            agent.title(),
            file.display()
        ));
    }
    if args.dry_run {
        return print(&diff(file, &before, &after));
    }
    approve_own(places, file, Some(&before), Some(&after))?;
    write(file, &after)?;
    let done = if args.undo {
        "taken out of"
    } else {
        "starts in `ringfence exec`, by"
    };
    let agent = agent.title();
    print(&format!(
        "{GREEN}{agent}{GREEN:#}: {done} `{}`. New shells know it.\n",
        file.display()
    ))
}

/// What an agent's line ends with.
fn mark(agent: AgentKind) -> String {
    format!("# undo: ringfence configure --undo {agent}")
}

/// The function that the shell runs in place of the agent.
fn line(agent: AgentKind, name: &str, program: &str) -> String {
    let program = program.replace('\'', "'\\''");
    format!(
        "function {name} {{ '{program}' exec -- {name} \"$@\"; }} {}",
        mark(agent)
    )
}

/// A text with the line at its end; one that ends in the middle of a line still does.
fn with(text: &str, line: &str) -> String {
    if text.is_empty() || text.ends_with('\n') {
        format!("{text}{line}\n")
    } else {
        format!("{text}\n{line}")
    }
}

/// A text without the line of an agent.
fn without(text: &str, agent: AgentKind) -> String {
    let mark = mark(agent);
    let is_ours = |line: &&str| line.trim_end_matches('\n').ends_with(&mark);
    let kept: String = text
        .split_inclusive('\n')
        .filter(|line| !is_ours(line))
        .collect();
    let was_last = text.split_inclusive('\n').next_back().filter(is_ours);
    match was_last {
        Some(last) if !last.ends_with('\n') => kept.strip_suffix('\n').unwrap_or(&kept).to_owned(),
        _ => kept,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_comes_back_to_the_byte() {
        let line = line(AgentKind::ClaudeCode, "claude", "/home/o'hara/ringfence");
        assert_eq!(
            line,
            "function claude { '/home/o'\\''hara/ringfence' exec -- claude \"$@\"; } # undo: ringfence configure --undo claude-code"
        );
        for text in [
            "",
            "a\n",
            "a\nb",
            "\n",
            "a\n\n",
            "# undo: ringfence configure --undo codex\n",
        ] {
            let edited = with(text, &line);
            assert!(edited.contains(&line));
            assert_eq!(without(&edited, AgentKind::ClaudeCode), text, "{text:?}");
            assert_eq!(without(&edited, AgentKind::Gemini), edited, "{text:?}");
        }
        let moved = format!("a\n{line}\nb\n");
        assert_eq!(without(&moved, AgentKind::ClaudeCode), "a\nb\n");
    }
}
