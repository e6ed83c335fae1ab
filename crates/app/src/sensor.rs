//! What the kernel saw of agents' processes: the daemon's side, and the process that runs the
//! sensor.
//!
//! A thread speaks with the sensor ([`link`]), another takes in what it tells ([`inbox`]):
//! joined to session and tool call, judged, kept.
//!
//! **Invariant:** no hook waits for any of it: hooks leave a note in a bounded line and go on.

pub(crate) mod denials;
pub(crate) mod familiar;
pub(crate) mod gathered;
pub(crate) mod hub;
pub(crate) mod inbox;
pub(crate) mod joined;
pub(crate) mod link;
pub(crate) mod locks;
#[cfg(target_os = "linux")]
pub(crate) mod poll;
#[cfg(target_os = "linux")]
pub(crate) mod server;
pub(crate) mod settings;
pub(crate) mod status;
pub(crate) mod translate;
