//! Everything the end-to-end tests and the benchmark stand on.
//!
//! **Invariant:** nothing here touches the home directory, the configuration or
//! the processes of the person who runs the tests.
#![forbid(unsafe_code)]
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::missing_panics_doc,
    clippy::panic,
    reason = "scaffolding of tests: it fails by panicking, as a test does"
)]

pub mod agents;
pub mod browser;
pub mod evasions;
pub mod fence;
pub mod guest;
pub mod home;
pub mod http;
pub mod layers;
pub mod model;
pub mod payload;
pub mod rewrite;
pub mod run;
pub mod scene;
pub mod sensor;
pub mod tls;
