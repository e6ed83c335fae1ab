//! `ringfence sensor`: sees what agents' processes do, in the kernel. Runs as root, in the
//! foreground: a supervisor keeps it.

use crate::cli::Sensor;
use crate::output::Exit;
use anyhow::Result;

#[cfg(target_os = "linux")]
pub(super) fn run(args: &Sensor) -> Result<Exit> {
    crate::sensor::server::run(&args.socket, args.cgroup.clone())?;
    Ok(Exit::Done)
}

#[cfg(not(target_os = "linux"))]
pub(super) fn run(args: &Sensor) -> Result<Exit> {
    anyhow::bail!(
        "there is no sensor for this system, so nothing listens on `{}`",
        args.socket.display()
    )
}
