//! Lives as many lives of the core as one likes, and says what came of them:
//! `cargo run --release --example lives -- 1000000 [FIRST SEED]`. The exit code is 1 if a promise
//! was broken; the seed of such a life is printed, and lives it again.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "it is a test that may live longer than a test should"
)]

#[path = "../tests/it/lives.rs"]
mod lives;

use std::process::ExitCode;
use std::time::Instant;

fn main() -> ExitCode {
    let mut numbers = std::env::args().skip(1).map_while(|argument| argument.parse::<u64>().ok());
    let (count, first) = (numbers.next().unwrap_or(10_000), numbers.next().unwrap_or(0));
    let begun = Instant::now();
    let threads = std::thread::available_parallelism().map_or(1, |threads| threads.get() as u64);
    let share = count.div_ceil(threads).max(1);
    let figures = std::thread::scope(|scope| {
        let lanes: Vec<_> = (0..threads)
            .map(|lane| {
                let begin = first + (lane * share).min(count);
                let end = first + ((lane + 1) * share).min(count);
                scope.spawn(move || lives::live(begin..end))
            })
            .collect();
        lanes
            .into_iter()
            .filter_map(|lane| lane.join().ok())
            .fold(lives::Figures::default(), lives::Figures::with)
    });
    println!(
        "{} lives of {} steps, {} decisions, {} messages sent, {} promises broken, {:.0} s",
        figures.lives,
        lives::STEPS,
        figures.decisions,
        figures.sent,
        figures.broken.len(),
        begun.elapsed().as_secs_f64()
    );
    for (seed, broken) in &figures.broken {
        println!("seed {seed}: {broken}");
    }
    if figures.broken.is_empty() && figures.lives == count {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
