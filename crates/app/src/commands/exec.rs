//! `ringfence exec -- COMMAND`: runs a program in a fence, where the system has what that needs.

#[cfg(target_os = "linux")]
mod fenced;

#[cfg(target_os = "linux")]
pub(super) use fenced::run;

#[cfg(not(target_os = "linux"))]
pub(super) fn run(
    args: crate::cli::Exec,
    _places: &crate::places::Places,
) -> anyhow::Result<crate::output::Exit> {
    let command = args.command.first().map(|name| name.to_string_lossy());
    let error = anyhow::anyhow!(
        "fences are made of what Linux has, so `{}` was not started\nhint: hooks guard agents on this system, too: `ringfence install`",
        command.unwrap_or_default()
    );
    crate::output::report(&error);
    Ok(crate::output::Exit::Passed(125))
}
