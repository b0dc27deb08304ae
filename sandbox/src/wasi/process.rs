//! What a guest asks for beside files: arguments, environment, clocks, random bytes, sleep.

use std::thread;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use wasmtime::Trap;

use super::Host;
use super::errno::{Errno, Fault};
use super::files::Reply;
use super::guest::Guest;

pub(super) fn args_sizes_get(guest: &mut Guest<'_>, host: &mut Host, count: u32, size: u32) -> Reply {
    sizes(guest, &host.args, count, size)
}

pub(super) fn args_get(guest: &mut Guest<'_>, host: &mut Host, table: u32, text: u32) -> Reply {
    strings(guest, &host.args, table, text)
}

pub(super) fn environ_sizes_get(guest: &mut Guest<'_>, host: &mut Host, count: u32, size: u32) -> Reply {
    sizes(guest, &host.env, count, size)
}

pub(super) fn environ_get(guest: &mut Guest<'_>, host: &mut Host, table: u32, text: u32) -> Reply {
    strings(guest, &host.env, table, text)
}

pub(super) fn clock_res_get(guest: &mut Guest<'_>, host: &mut Host, clock: u32, result: u32) -> Reply {
    now(host, clock)?;
    guest.set_u64(result, 1)
}

pub(super) fn clock_time_get(
    guest: &mut Guest<'_>,
    host: &mut Host,
    clock: u32,
    _precision: u64,
    result: u32,
) -> Reply {
    let now = now(host, clock)?;
    guest.set_u64(result, now)
}

pub(super) fn random_get(guest: &mut Guest<'_>, _: &mut Host, at: u32, length: u32) -> Reply {
    getrandom::fill(guest.slice_mut(at, length)?).map_err(|_| Errno::Io.into())
}

pub(super) fn sched_yield(_: &mut Guest<'_>, _: &mut Host) -> Reply {
    thread::yield_now();
    Ok(())
}

/// Waits for the first of some clocks; files and streams count as ready at once, their reads and writes then block.
pub(super) fn poll_oneoff(
    guest: &mut Guest<'_>,
    host: &mut Host,
    subscriptions: u32,
    events: u32,
    count: u32,
    result: u32,
) -> Reply {
    /// Bytes of a subscription and of an event.
    const SIZES: (u32, u32) = (48, 32);
    if count == 0 {
        return Err(Errno::Invalid.into());
    }
    // Both tables lie in memory, or there is no need to look further.
    let length = |size: u32| count.checked_mul(size).ok_or(Fault::Errno(Errno::Fault));
    guest.slice(subscriptions, length(SIZES.0)?)?;
    guest.slice(events, length(SIZES.1)?)?;

    let mut shortest: Option<Duration> = None;
    let mut ready = false;
    for number in 0..count {
        match Subscription::read(guest, host, subscriptions + number * SIZES.0)? {
            Subscription::After(wait) => shortest = Some(shortest.map_or(wait, |shortest| shortest.min(wait))),
            Subscription::Ready | Subscription::Wrong(_) => ready = true,
        }
    }
    let wait = if ready { Duration::ZERO } else { shortest.unwrap_or_default() };
    sleep(host, wait)?;

    let mut written = 0;
    for number in 0..count {
        let from = subscriptions + number * SIZES.0;
        let errno = match Subscription::read(guest, host, from)? {
            // Absolute times have passed by now; relative ones are as long as they were.
            Subscription::After(left) if left <= wait => 0,
            Subscription::After(_) => continue,
            Subscription::Ready => 0,
            Subscription::Wrong(errno) => errno as u8,
        };
        let mut event = [0; 32];
        event[..8].copy_from_slice(&guest.u64(from)?.to_le_bytes());
        event[8] = errno;
        event[10] = guest.u8(from + 8)?;
        guest.set(events + written * SIZES.1, &event)?;
        written += 1;
    }
    guest.set_u32(result, written)
}

/// What the guest waits for.
enum Subscription {
    After(Duration),
    Ready,
    Wrong(Errno),
}

impl Subscription {
    fn read(guest: &Guest<'_>, host: &Host, at: u32) -> Result<Subscription, Fault> {
        match guest.u8(at + 8)? {
            0 => {
                let (clock, time) = (guest.u32(at + 16)?, guest.u64(at + 24)?);
                let absolute = guest.u16(at + 40)? & 1 != 0;
                Ok(match now(host, clock) {
                    Ok(now) if absolute => Subscription::After(Duration::from_nanos(time.saturating_sub(now))),
                    Ok(_) => Subscription::After(Duration::from_nanos(time)),
                    Err(_) => Subscription::Wrong(Errno::Invalid),
                })
            }
            1 | 2 => Ok(match host.descriptors.get(guest.u32(at + 16)?) {
                Ok(_) => Subscription::Ready,
                Err(_) => Subscription::Wrong(Errno::BadDescriptor),
            }),
            _ => Err(Errno::Invalid.into()),
        }
    }
}

/// Sleeps, but not past the guest's time.
fn sleep(host: &Host, wait: Duration) -> Result<(), Fault> {
    match host.deadline.map(|deadline| deadline.saturating_duration_since(Instant::now())) {
        Some(left) if left <= wait => {
            thread::sleep(left);
            Err(Fault::End(Trap::Interrupt.into()))
        }
        _ => {
            thread::sleep(wait);
            Ok(())
        }
    }
}

/// Nanoseconds on a clock: since 1970, or since the guest's start.
fn now(host: &Host, clock: u32) -> Result<u64, Fault> {
    let since = match clock {
        0 => SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default(),
        1 => host.started.elapsed(),
        _ => return Err(Errno::Invalid.into()),
    };
    u64::try_from(since.as_nanos()).map_err(|_| Errno::Invalid.into())
}

/// The number of strings, and the bytes that they take with a zero after each.
fn sizes(guest: &mut Guest<'_>, strings: &[String], count: u32, size: u32) -> Reply {
    let bytes = strings.iter().map(|string| string.len() + 1).sum::<usize>();
    guest.set_u32(count, u32::try_from(strings.len()).map_err(|_| Errno::Invalid)?)?;
    guest.set_u32(size, u32::try_from(bytes).map_err(|_| Errno::Invalid)?)
}

/// A table of addresses, and the strings with a zero after each.
fn strings(guest: &mut Guest<'_>, strings: &[String], mut table: u32, mut text: u32) -> Reply {
    for string in strings {
        guest.set_u32(table, text)?;
        guest.set(text, string.as_bytes())?;
        let zero = text.checked_add(string.len() as u32).ok_or(Errno::Fault)?;
        guest.set(zero, &[0])?;
        table = table.checked_add(4).ok_or(Errno::Fault)?;
        text = zero.checked_add(1).ok_or(Errno::Fault)?;
    }
    Ok(())
}
