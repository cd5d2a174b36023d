//! The model check: whole lives of the core, thrown with dice, with every promise looked at
//! whenever a message leaves. What is checked is written down in `truth`, apart from the core.
//! `cargo run --release --example lives -- 1000000` lives as many as one likes.

#[path = "lives/days.rs"]
mod days;
#[path = "lives/dice.rs"]
mod dice;
#[path = "lives/truth.rs"]
mod truth;
#[path = "lives/world.rs"]
mod world;

/// Steps of one life.
pub const STEPS: u32 = 60;

/// What came of a number of lives.
#[derive(Debug, Default)]
pub struct Figures {
    pub lives: u64,
    pub decisions: u64,
    pub sent: u64,
    /// Seed and sentence of each broken promise.
    pub broken: Vec<(u64, String)>,
}

impl Figures {
    /// Both together.
    pub fn with(mut self, other: Self) -> Self {
        self.lives += other.lives;
        self.decisions += other.decisions;
        self.sent += other.sent;
        self.broken.extend(other.broken);
        self
    }
}

/// Lives the lives of some seeds.
pub fn live(seeds: std::ops::Range<u64>) -> Figures {
    let mut figures = Figures::default();
    for seed in seeds {
        let mut world = world::World::new(seed);
        if let Err(broken) = world.live(STEPS) {
            figures.broken.push((seed, broken));
        }
        figures.lives += 1;
        figures.decisions += world.decisions;
        figures.sent += world.sent;
    }
    figures
}

#[cfg(test)]
#[test]
fn ten_thousand_lives_break_no_promise() {
    let figures = std::thread::scope(|scope| {
        let first = scope.spawn(|| live(0..5_000));
        live(5_000..10_000).with(first.join().unwrap())
    });
    assert_eq!(figures.broken, []);
    assert!(figures.sent > 5_000, "hardly anything was sent: {}", figures.sent);
}

/// A clock that had been far ahead hid a promise from the second message.
#[cfg(test)]
#[test]
fn e01_lives_that_broke_their_word_once_do_not_again() {
    for seed in [32_487, 91_101, 115_160] {
        assert_eq!(live(seed..seed + 1).broken, []);
    }
}
