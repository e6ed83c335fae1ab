#[test]
fn the_shipped_weights_are_whole() {
    assert_eq!(
        super::Model::shipped().to_bytes(),
        super::SHIPPED,
    );
}
