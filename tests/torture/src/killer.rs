//! Who is killed when.

use crate::fleet::Keeper;
use crate::history::{History, Line};
use crate::remote::Kind;
use std::error::Error;
use std::time::{Duration, Instant};
use tokio::time::sleep;

/// What is done next. The schedule follows from the seed alone.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Blow {
    /// The server of this place is killed, and started anew after so long.
    Server(usize, Duration),
    /// The server of this place is stopped for so long.
    Pause(usize, Duration),
    /// The store is killed, and started anew after so long.
    Store(Duration),
    /// The web writer of this place is killed, and started anew after so long.
    Writer(usize, Duration),
}

/// How long to wait, and what to do then.
fn next(dice: &mut fastrand::Rng, servers: usize, writers: usize) -> (Duration, Blow) {
    let mut ms = |from, to| Duration::from_millis(dice.u64(from..to));
    let (wait, start, pause, down) = (ms(400, 1_600), ms(0, 300), ms(100, 4_000), ms(50, 600));
    let place = dice.usize(0..servers);
    let sides = if writers == 0 { 10 } else { 12 };
    let blow = match dice.u8(0..sides) {
        0..=4 => Blow::Server(place, start),
        5..=7 => Blow::Pause(place, pause),
        8..=9 => Blow::Store(down),
        _ => Blow::Writer(dice.usize(0..writers), start),
    };
    (wait, blow)
}

/// Kills until the end, and lets go on whoever is stopped then.
pub(crate) async fn run(
    keeper: &mut Keeper,
    seed: u64,
    end: Instant,
    history: &History,
    mut look: impl FnMut(),
) -> Result<(), Box<dyn Error>> {
    let mut dice = fastrand::Rng::with_seed(seed);
    let (servers, writers) = (keeper.places(Kind::Server), keeper.places(Kind::Writer));
    let mut stopped: Vec<Option<Instant>> = vec![None; servers];
    while Instant::now() < end {
        let (wait, blow) = next(&mut dice, servers, writers);
        let until = (Instant::now() + wait).min(end);
        while Instant::now() < until {
            sleep(Duration::from_millis(20)).await;
            go_on(keeper, &mut stopped, Instant::now())?;
            look();
        }
        if until == end {
            break;
        }
        match blow {
            Blow::Server(place, after) => {
                stopped[place] = None;
                keeper.kill(Kind::Server, place, after).await?;
            }
            Blow::Pause(place, length) => {
                // Where there are no such signals, nobody is stopped.
                if stopped[place].is_none() && keeper.signal(place, true).is_ok() {
                    stopped[place] = Some(Instant::now() + length);
                    let ms = u64::try_from(length.as_millis()).unwrap_or(u64::MAX);
                    history.add(Line::Paused { server: keeper.server(place).number(), ms });
                }
            }
            Blow::Store(after) => keeper.kill_store(after).await?,
            Blow::Writer(place, after) => keeper.kill(Kind::Writer, place, after).await?,
        }
    }
    go_on(keeper, &mut stopped, Instant::now() + Duration::from_secs(3_600))?;
    Ok(())
}

/// Lets go on whoever was stopped until `now`.
fn go_on(keeper: &Keeper, stopped: &mut [Option<Instant>], now: Instant) -> Result<(), Box<dyn Error>> {
    for (place, until) in stopped.iter_mut().enumerate() {
        if until.is_some_and(|until| until <= now) {
            *until = None;
            keeper.signal(place, false)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{Blow, next};

    #[test]
    fn a_seed_gives_one_schedule_in_which_everything_happens() {
        let schedule = |seed, writers| {
            let mut dice = fastrand::Rng::with_seed(seed);
            (0..60).map(|_| next(&mut dice, 3, writers)).collect::<Vec<_>>()
        };
        assert_eq!(schedule(1, 2), schedule(1, 2));
        assert_ne!(schedule(1, 2), schedule(2, 2));
        for (seed, writers) in (0..20).flat_map(|seed| [(seed, 0), (seed, 2)]) {
            let schedule = schedule(seed, writers);
            let count = |is: fn(&Blow) -> bool| schedule.iter().filter(|(_, blow)| is(blow)).count();
            assert!(count(|blow| matches!(blow, Blow::Server(..))) > 10);
            assert!(count(|blow| matches!(blow, Blow::Pause(..))) > 5);
            assert!(count(|blow| matches!(blow, Blow::Store(_))) > 2);
            assert_eq!(count(|blow| matches!(blow, Blow::Writer(..))) > 2, writers > 0);
        }
    }
}
