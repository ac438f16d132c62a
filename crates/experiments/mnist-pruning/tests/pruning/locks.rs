//! Locks: processes that need the same dense network train it once, in whichever of them is first.

use crate::common::{SMALL, command, files, run};
use tempfile::TempDir;

#[test]
fn shards_that_need_the_same_dense_network_give_the_tickets_of_one_run() {
    let folder = TempDir::new().unwrap();
    let folder = folder.path();
    run(&mut command(folder, SMALL, "one"));
    // All are written down before the first is started: a command writes the images that it names.
    let mut shards = ["1/3", "2/3", "3/3"].map(|shard| {
        let mut command = command(folder, SMALL, "shards");
        command.args(["--shard", shard]);
        command
    });
    let started = shards.each_mut().map(|shard| shard.spawn().unwrap());
    for mut shard in started {
        assert!(shard.wait().unwrap().success());
    }
    let one = files(folder, "one", "ticket");
    let shards = files(folder, "shards", "ticket");
    assert_eq!([one.len(), shards.len()], [6, 6]);
    for (one, shard) in one.iter().zip(&shards) {
        let bytes = |file| std::fs::read(file).unwrap();
        assert_eq!(bytes(one), bytes(shard), "{one:?}");
    }
}
