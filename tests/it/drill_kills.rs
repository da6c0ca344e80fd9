//! An engine that is killed again and again, at any moment.
//!
//! `just kills 1000` kills it more often than is done before each change. Which moments those are
//! chance decides; `MAINSTAY_SEED` repeats its choices, though not what else the machine does.

use std::time::Duration;

use crate::held::{Held, kill, kill_shims, quick, slow, until};

/// How often it is killed, unless `MAINSTAY_KILLS` says another number.
const KILLS: u64 = 200;

/// The number that an environment variable gives to this test.
fn given(name: &str) -> Option<u64> {
    let given = std::env::var(name).ok()?;
    Some(given.parse().expect("a number"))
}

#[test]
fn hundreds_of_kills_lose_nothing_and_do_nothing_twice() {
    let wanted = given("MAINSTAY_KILLS").unwrap_or(KILLS);
    let seed = given("MAINSTAY_SEED").unwrap_or_else(|| {
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        u64::from(now.expect("after 1970").subsec_nanos())
    });
    println!("MAINSTAY_SEED={seed} repeats the choices of this run");
    let mut dice = seed;
    let mut roll = |sides: u64| {
        dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (dice >> 33) % sides
    };
    let names: Vec<String> = (0..40).map(|i| format!("s{i}")).collect();
    let steps: Vec<String> = names.iter().map(|name| slow(name, "0.02")).collect();
    let steps: Vec<&str> = steps.iter().map(String::as_str).collect();
    let (mut kills, mut doubts) = (0, 0);
    while kills < wanted {
        let held = Held::new(&steps);
        let mut drill = held.start(&["drill", "run", "d"]);
        let run = held.run();
        loop {
            std::thread::sleep(Duration::from_millis(20 + roll(100)));
            if let Some(status) = drill.try_wait().expect("it is ours") {
                let states = held.states(&run);
                assert!(status.success(), "seed {seed}: {states:?}");
                break;
            }
            kill(drill);
            kills += 1;
            if held.report(&run)["succeeded"] == true {
                break;
            }
            let power_cut = roll(4) == 0;
            if power_cut {
                kill_shims(&held, &run);
            }
            drill = held.start(&["drill", "resume", &run]);
            if power_cut {
                doubts += decide(&held, &run);
            }
        }
        assert_eq!(
            held.log(),
            names,
            "seed {seed}: each step was done once, in order"
        );
    }
    println!("{kills} kills, {doubts} steps in doubt");
}

/// A person decides about what is in doubt by what they find in the log; how many there were.
fn decide(held: &Held, run: &str) -> u32 {
    let mut decided = 0;
    // The new engine has taken over when it says so, or is over already.
    std::thread::sleep(Duration::from_millis(30));
    for state in held.states(run) {
        let Some(name) = state.strip_suffix(": in doubt") else {
            continue;
        };
        let happened = held.log().iter().any(|line| line == name);
        let as_what = if happened {
            "happened"
        } else {
            "never-happened"
        };
        held.say(&[
            "drill",
            "resolve",
            run,
            &format!("p/{name}"),
            "--as",
            as_what,
            "--why",
            "the log",
            "--by",
            "ada",
        ]);
        decided += 1;
    }
    decided
}

#[test]
fn a_paused_run_whose_process_was_lost_goes_on_when_somebody_says_so() {
    let held = Held::new(&[&slow("a", "1"), &quick("b")]);
    let drill = held.start(&["drill", "run", "d"]);
    until("the step has begun", || (held.log() == ["a"]).then_some(()));
    let run = held.run();
    held.told(&["drill", "pause", &run, "--by", "ada"]);
    kill(drill);
    held.told(&["drill", "resume", &run, "--by", "ada"]);
    assert_eq!(held.log(), ["a", "b"]);
}
