//! What a command line will run, program by program, as `ringfence check --json` tells it.

use ringfence_event::{Access, FileClass, HostClass, Labels};
use serde::Serialize;

/// One program that will run.
#[derive(Debug, Serialize)]
pub(super) struct Invocation {
    program: String,
    args: Vec<String>,
    /// Both in one line, quoted as a shell would read them.
    line: String,
    /// What it is started through, outermost first.
    through: Vec<String>,
    /// Programs whose output it reads.
    fed_by: Vec<String>,
    /// Arguments that hold the output of another command.
    computed: Vec<String>,
    reads: Vec<File>,
    writes: Vec<File>,
    deletes: Vec<File>,
    hosts: Vec<Host>,
    packages: Vec<Package>,
    /// Classes of the files whose content reaches it, also through pipes.
    carries: Vec<FileClass>,
    /// The program that wrote what this one runs, earlier on the line.
    #[serde(skip_serializing_if = "Option::is_none")]
    runs_written_by: Option<String>,
}

#[derive(Debug, Serialize)]
struct File {
    path: String,
    full: String,
    class: FileClass,
}

#[derive(Debug, Serialize)]
struct Host {
    host: String,
    class: HostClass,
}

#[derive(Debug, Serialize)]
struct Package {
    ecosystem: String,
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<String>,
}

impl Invocation {
    /// Takes the labels of one program.
    pub(super) fn of(labels: Labels) -> Option<Invocation> {
        let command = labels.commands.into_iter().next()?;
        let files = |access: Access| {
            let wanted = labels.files.iter().filter(|file| file.access == access);
            let told = wanted.map(|file| File {
                path: file.path.clone(),
                full: file.full.clone(),
                class: file.class,
            });
            told.collect()
        };
        let hosts = labels.hosts.into_iter().map(|host| Host {
            host: host.host,
            class: host.class,
        });
        let packages = labels.packages.into_iter().map(|package| Package {
            ecosystem: package.ecosystem,
            name: package.name,
            version: package.version,
        });
        Some(Invocation {
            program: command.program,
            args: command.args,
            line: command.line,
            through: command.through,
            fed_by: command.fed_by,
            computed: command.computed,
            reads: files(Access::Read),
            writes: files(Access::Write),
            deletes: files(Access::Delete),
            hosts: hosts.collect(),
            packages: packages.collect(),
            carries: command.carries,
            runs_written_by: command.runs_written_by,
        })
    }
}
