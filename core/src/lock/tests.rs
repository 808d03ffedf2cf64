use super::{Acquired, Locks, NotHolder};
use crate::config::Lock;
use alloc::vec::Vec;

fn locks(max_waiting: u32) -> Locks<u8, u8> {
    Locks::new(&Lock { max_waiting })
}

#[test]
fn one_key_in_order_and_others_beside_it() {
    let mut it = locks(9);
    assert_eq!(it.acquire(1, 10), Acquired::Granted);
    assert_eq!(it.acquire(1, 11), Acquired::Waiting { ahead: 1 });
    assert_eq!(it.acquire(1, 12), Acquired::Waiting { ahead: 2 });
    assert_eq!(it.acquire(2, 13), Acquired::Granted);
    assert_eq!(it.waiting(&1).copied().collect::<Vec<_>>(), [11, 12]);
    assert_eq!(it.release(&1, &10), Ok(Some(11)));
    assert_eq!(it.release(&1, &11), Ok(Some(12)));
    assert_eq!(it.release(&1, &12), Ok(None));
    assert_eq!((it.holder(&1), it.holder(&2), it.len()), (None, Some(&13), 1));
}

#[test]
fn who_asks_again_has_one_place() {
    let mut it = locks(1);
    for _ in 0..2 {
        assert_eq!(it.acquire(1, 10), Acquired::Granted);
    }
    for _ in 0..2 {
        assert_eq!(it.acquire(1, 11), Acquired::Waiting { ahead: 1 });
    }
    assert_eq!(it.release(&1, &10), Ok(Some(11)));
    assert_eq!(it.release(&1, &11), Ok(None));
}

#[test]
fn a_full_line_is_an_answer() {
    let mut it = locks(1);
    it.acquire(1, 10);
    it.acquire(1, 11);
    let before = it.clone();
    assert_eq!(it.acquire(1, 12), Acquired::Full);
    assert_eq!(it, before);
    assert_eq!(it.acquire(2, 12), Acquired::Granted, "the bound is of one key");
    assert_eq!(locks(0).acquire(1, 10), Acquired::Granted, "who holds does not wait");
}

#[test]
fn only_the_holder_releases() {
    let mut it = locks(9);
    it.acquire(1, 10);
    it.acquire(1, 11);
    let before = it.clone();
    assert_eq!(it.release(&1, &11), Err(NotHolder));
    assert_eq!(it.release(&1, &12), Err(NotHolder));
    assert_eq!(it.release(&2, &10), Err(NotHolder));
    assert_eq!(it, before);
    assert_eq!(it.release(&1, &10), Ok(Some(11)));
    assert_eq!(it.release(&1, &10), Err(NotHolder), "released already");
}

#[test]
fn whoever_is_cancelled_leaves_no_gap() {
    let mut it = locks(9);
    for waiter in 10..14 {
        it.acquire(1, waiter);
    }
    assert_eq!(it.cancel(&1, &12), None, "one who waits");
    assert_eq!(it.cancel(&1, &12), None, "gone already");
    assert_eq!(it.cancel(&1, &10), Some(11), "the holder");
    assert_eq!(it.cancel(&1, &11), Some(13), "the one that was just woken");
    assert_eq!(it.check(), Ok(()));
    assert_eq!(it.cancel(&1, &13), None);
    assert!(it.is_empty());
}
