//! Damaged files of every format, read by every command: each run ends well.
//!
//! It ends with a status of the README's table, within 10 s and 200 MB; a failure says so in less than 4 kB, nothing that is
//! shown commands a terminal, JSON is one value, and a file that was to be written is whole, or as it was before.
//!
//! A run is drawn from its number alone. One that fails leaves its folder in `target/tmp`; `MUTATED=FIRST,COUNT cargo nextest run
//! -p cli --run-ignored all many_more` runs others, as many as you like.

mod damage;
mod lines;
mod run;
mod seeds;

use crate::draw::Draw;
use run::{files, nanoadder, whole};
use seeds::{Seed, seeds};
use std::fs;
use std::ops::Range;
use std::path::Path;

/// Each of the tests that always run makes so many runs.
const RUNS: u64 = 200;

/// Makes the run of this number in the empty `folder`: whether the command could do its work, or what is wrong with how it ended.
fn made(number: u64, seeds: &[Seed], folder: &Path) -> Result<bool, String> {
    let mut draw = Draw::new(number);
    let seed = draw.of(seeds);
    let mut bytes = seed.bytes.clone();
    let same: Vec<_> = seeds.iter().filter(|other| other.name == seed.name).collect();
    damage::damage(&mut bytes, &draw.of(&same).bytes, &mut draw);
    for (name, bytes) in &seed.beside {
        fs::write(folder.join(name), bytes).unwrap();
    }
    fs::write(folder.join(seed.name), bytes).unwrap();
    let line = lines::line(seed, &mut draw);
    // Half of the outputs replace a file.
    if let Some(output) = line.output.filter(|&output| output != seed.name && draw.below(2) == 0) {
        fs::write(folder.join(output), "as it was").unwrap();
    }
    let before = files(folder);
    let ran = nanoadder(folder, &line.words);
    let left = || {
        let mut after = files(folder);
        let mut before = before.clone();
        if let Some(output) = line.output
            && after.get(output) != before.get(output)
        {
            // A board without one of its models is a board.
            if ran.code == Some(2) && line.words[0] != "board" {
                return Err(format!("{output} is written"));
            }
            whole(folder, output)?;
            after.remove(output);
            before.remove(output);
        }
        if after == before { Ok(()) } else { Err(format!("files are {:?}", after.keys())) }
    };
    ran.fault(line.json).and_then(|()| left()).map(|()| ran.code != Some(2)).map_err(|what| {
        // Some of it may be as long as a file.
        let what: String = what.chars().take(1500).collect();
        format!("run {number}: {}\n{what}", line.words.join(" "))
    })
}

/// Makes the runs `numbers` and tells the first that are wrong.
fn drawn(numbers: Range<u64>) {
    let written = tempfile::tempdir().unwrap();
    let seeds = seeds(written.path());
    let (mut done, mut refused, mut faults) = (0, 0, Vec::new());
    for number in numbers {
        let folder = tempfile::tempdir().unwrap();
        let made = made(number, &seeds, folder.path());
        *if made == Ok(true) { &mut done } else { &mut refused } += 1;
        if let Err(what) = made {
            let kept = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("mutated-{number}"));
            fs::create_dir_all(&kept).unwrap();
            for (name, bytes) in files(folder.path()) {
                fs::write(kept.join(name), bytes).unwrap();
            }
            faults.push(format!("{what}\n{}", kept.display()));
        }
        if faults.len() == 20 {
            break;
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n\n"));
    // Damage that is always or never noticed tries little.
    assert!(done * 16 > refused && refused * 16 > done, "{done} done, {refused} refused");
}

#[test]
fn damaged_files_end_well() {
    drawn(0..RUNS);
}

#[test]
fn damaged_files_end_well_again() {
    drawn(RUNS..2 * RUNS);
}

#[test]
fn damaged_files_end_well_once_more() {
    drawn(2 * RUNS..3 * RUNS);
}

#[test]
fn damaged_files_end_well_a_last_time() {
    drawn(3 * RUNS..4 * RUNS);
}

/// Runs behind those that are always made, or as many as the environment says.
#[test]
#[ignore = "slow: an hour on two cores; `cargo xtask test --slow`"]
fn many_more_damaged_files_end_well() {
    let asked = std::env::var("MUTATED").unwrap_or_else(|_| format!("{},{}", 4 * RUNS, 100_000));
    let (first, count) = asked.split_once(',').unwrap();
    let (first, count): (u64, u64) = (first.parse().unwrap(), count.parse().unwrap());
    drawn(first..first + count);
}
