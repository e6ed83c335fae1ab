//! The tree keeps to the plan of ARCHITECTURE.md.

use ringfence_tests::layers::{Tree, faults};

#[test]
fn the_tree_keeps_to_the_plan() {
    assert_eq!(faults(&Tree::read()), Vec::<String>::new());
}
