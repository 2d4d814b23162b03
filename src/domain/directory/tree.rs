//! Rules of the department tree: no cycles, no orphans, subtrees.

use std::collections::{BTreeMap, BTreeSet};
use std::hash::Hash;

/// Whether following parents from `start` comes back to `start` or never ends.
/// `parents` maps a node to the node above it; a node without an entry is a root.
pub fn has_cycle<K: Copy + Ord + Hash>(parents: &BTreeMap<K, K>, start: K) -> bool {
    let mut node = start;
    for _ in 0..=parents.len() {
        match parents.get(&node) {
            Some(parent) if *parent == start => return true,
            Some(parent) => node = *parent,
            None => return false,
        }
    }
    true
}

/// `root` and everything below it. Bounded by the number of nodes, whatever the edges say.
pub fn subtree<K: Copy + Ord>(children: &BTreeMap<K, Vec<K>>, root: K) -> BTreeSet<K> {
    let mut found = BTreeSet::from([root]);
    let mut open = vec![root];
    while let Some(node) = open.pop() {
        for child in children.get(&node).into_iter().flatten() {
            if found.insert(*child) {
                open.push(*child);
            }
        }
    }
    found
}

/// From the top down to `node`. Bounded by the number of edges, whatever they say.
pub fn lineage<K: Copy + Ord>(parents: &BTreeMap<K, K>, node: K) -> Vec<K> {
    let mut upwards = vec![node];
    let mut at = node;
    while let Some(parent) = parents.get(&at).filter(|_| upwards.len() <= parents.len()) {
        upwards.push(*parent);
        at = *parent;
    }
    upwards.reverse();
    upwards
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lineage_ends_even_when_the_edges_do_not() {
        let parents = BTreeMap::from([(3, 2), (2, 1), (5, 4), (4, 5)]);
        assert_eq!(lineage(&parents, 3), [1, 2, 3]);
        assert_eq!(lineage(&parents, 1), [1]);
        assert!(lineage(&parents, 5).len() <= 5);
    }

    #[test]
    fn cycles_are_found_wherever_they_close() {
        let parents = BTreeMap::from([(2, 1), (3, 2), (4, 5), (5, 4), (6, 6), (7, 4)]);
        assert!(!has_cycle(&parents, 3));
        assert!(has_cycle(&parents, 4));
        assert!(has_cycle(&parents, 6));
        assert!(has_cycle(&parents, 7), "leads into a cycle");
    }

    #[test]
    fn a_subtree_ends_even_when_the_edges_do_not() {
        let children = BTreeMap::from([(1, vec![2, 3]), (2, vec![4]), (4, vec![1])]);
        assert_eq!(subtree(&children, 2), BTreeSet::from([1, 2, 3, 4]));
        assert_eq!(subtree(&children, 3), BTreeSet::from([3]));
    }
}
