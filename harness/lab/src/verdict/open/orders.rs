//! The orders that a list can have of which only a part is known.

/// Orders of a list.
pub(super) struct Orders<T> {
    /// They; the known part first, then the rest as given, is the first.
    pub list: Vec<Vec<T>>,
    /// Whether there are no others.
    pub all: bool,
}

/// The orders in which `known` keep their order and `free` may stand anywhere: all, if they are at most `most`.
/// Otherwise those in which one of them goes to the front, as the front decides (V1-SEL-1).
pub(super) fn of<T: Copy + PartialEq>(known: &[T], free: &[T], most: usize) -> Orders<T> {
    let mut list = vec![known.to_vec()];
    for &item in free {
        // At the end first: the order as given stays the first.
        let longer = list.iter().flat_map(|order| {
            (0..=order.len()).rev().map(move |place| {
                let mut longer = order.clone();
                longer.insert(place, item);
                longer
            })
        });
        list = longer.take(most + 1).collect();
    }
    if list.len() <= most {
        return Orders { list, all: true };
    }
    let given = [known, free].concat();
    let fronts = free.iter().map(|&front| {
        let rest = given.iter().copied().filter(|item| *item != front);
        std::iter::once(front).chain(rest).collect::<Vec<_>>()
    });
    let mut list = vec![given.clone()];
    for order in fronts {
        if !list.contains(&order) {
            list.push(order);
        }
    }
    Orders { list, all: false }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn there_are_as_many_orders_as_there_are_permutations_and_the_given_one_is_first() {
        let orders = of(&[], &['a', 'b', 'c', 'd'], 720);
        assert!(orders.all);
        assert_eq!(orders.list.iter().collect::<BTreeSet<_>>().len(), 24);
        assert_eq!((orders.list.len(), orders.list[0].as_slice()), (24, &['a', 'b', 'c', 'd'][..]));
    }

    #[test]
    fn what_is_not_known_stands_at_every_place_between_what_is() {
        let orders = of(&['a', 'b'], &['x'], 720);
        assert_eq!(orders.list, [['a', 'b', 'x'], ['a', 'x', 'b'], ['x', 'a', 'b']]);
    }

    #[test]
    fn of_too_many_orders_each_that_begins_otherwise_is_there() {
        let items: Vec<u8> = (0..20).collect();
        let orders = of(&[], &items, 10);
        assert!(!orders.all);
        assert_eq!(orders.list[0], items);
        let fronts: Vec<u8> = orders.list.iter().map(|order| order[0]).collect();
        assert_eq!(fronts, items);
    }
}
