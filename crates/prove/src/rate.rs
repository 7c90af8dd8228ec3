//! On how many pairs a model is wrong.
//!
//! A pair is wrong if it is wrong at some step with the right prefix. The roots of the steps overlap: a pair lies in one root
//! of each step. So the pairs are counted by a walk over the places, with the letter of the place before and the carry as the
//! state, which meets each pair's roots one after the other.

use crate::branch::{Leaf, Node, Root};
use crate::letters::{Class, Letter, Places};
use crate::script::{Job, Script};
use crate::verdict::Rate;

/// Bounds on the number of wrong pairs.
///
/// A root that is wrong throughout makes each of its pairs wrong; one that is wrong in part adds, at most, the pairs of its
/// wrong and open leaves. The least is the greater of two: pairs in some root that is wrong throughout, and the wrong pairs
/// of a single step.
pub(crate) fn rate(script: &Script, jobs: &[Job], done: &[Vec<Root>]) -> Rate {
    let places = script.places;
    let pairs = places.weight(&places.everything());
    let steps = script.steps().len();
    let mut of_step = vec![(0_u128, 0_u128); steps];
    let mut whole: Vec<&Root> = Vec::new();
    let mut partly = 0_u128;
    for (job, roots) in jobs.iter().zip(done) {
        for root in roots {
            let (wrong, open) = &mut of_step[job.index];
            (*wrong, *open) = (*wrong + root.wrong, *open + root.open);
            if root.wrong == root.weight && known(places, root).is_some() {
                whole.push(root);
            } else {
                partly += root.wrong + root.open;
            }
        }
    }
    let hit = pairs - avoiding(places, &whole);
    let single = of_step.iter().map(|(wrong, _)| *wrong).max().unwrap_or(0);
    // Two events of one step never overlap, so a step's wrong pairs add up; steps may overlap, which only lowers the most.
    let most = (hit + partly).min(of_step.iter().map(|(wrong, open)| wrong + open).sum()).min(pairs);
    Rate { least: hit.max(single), most, pairs }
}

/// The open leaves of all roots as jobs of their own, which takes them out.
pub(crate) fn open(jobs: &[Job], done: &mut [Vec<Root>]) -> Vec<Job> {
    let taken = |roots: &mut Vec<Root>| {
        roots.iter_mut().flat_map(|root| std::mem::take(&mut root.open_cases)).collect()
    };
    jobs.iter().zip(done).map(|(job, roots)| Job { roots: taken(roots), ..*job }).collect()
}

/// Puts what became of the open leaves of `roots` in their place, root after root; the open leaves have been taken out.
pub(crate) fn put_back(roots: &mut [Root], parts: Vec<Root>) {
    let mut parts = parts.into_iter();
    for root in roots.iter_mut().filter(|root| root.open > 0) {
        let mut tree = Vec::with_capacity(root.tree.len());
        root.open = 0;
        for node in std::mem::take(&mut root.tree) {
            // A tree and its open leaves are in the same order.
            let part = if node == Node::Leaf(Leaf::Open) { parts.next() } else { None };
            let Some(part) = part else {
                tree.push(node);
                continue;
            };
            tree.extend(part.tree);
            root.wrong += part.wrong;
            root.open += part.open;
            root.open_cases.extend(part.open_cases);
            root.witness = root.witness.or(part.witness);
        }
        root.tree = tree;
    }
}

/// The letters that a root fixes, if they are those of one place or of two neighbouring ones: the second place, and both.
fn known(places: Places, root: &Root) -> Option<(usize, Option<Letter>, Letter)> {
    let known: Vec<(usize, Letter)> = (0..places.count)
        .filter_map(|place| root.case.classes[place].single().map(|letter| (place, letter)))
        .collect();
    match known.as_slice() {
        [(place, letter)] => Some((*place, None, *letter)),
        [(below, first), (place, second)] if below + 1 == *place => Some((*place, Some(*first), *second)),
        _ => None,
    }
}

/// The number of pairs that lie in none of `roots`, each of which fixes one letter or two neighbouring ones.
fn avoiding(places: Places, roots: &[&Root]) -> u128 {
    let code = |letter: Letter| letter.carry * 100 + letter.a * 10 + letter.b;
    // For each place whether a letter is bad alone, or with the letter of the place below.
    let mut alone = vec![[false; 200]; places.count];
    let mut both = vec![Vec::<(usize, usize)>::new(); places.count];
    for (place, below, letter) in roots.iter().filter_map(|root| known(places, root)) {
        match below {
            None => alone[place][code(letter)] = true,
            Some(below) => both[place].push((code(below), code(letter))),
        }
    }
    let mut ways = [0_u128; 200];
    for place in 0..places.count {
        let shows = place < places.digits;
        let mut bad = vec![[false; 200]; 200];
        for &(first, second) in &both[place] {
            bad[first][second] = true;
        }
        let mut next = [0_u128; 200];
        for letter in Class::ANY.letters(shows) {
            let here = code(letter);
            if alone[place][here] {
                continue;
            }
            if place == 0 {
                next[here] = u128::from(letter.carry == 0);
                continue;
            }
            for below in Class::ANY.letters(place - 1 < places.digits) {
                if below.out() == letter.carry && !bad[code(below)][here] {
                    next[here] += ways[code(below)];
                }
            }
        }
        ways = next;
    }
    Class::ANY
        .letters(places.count - 1 < places.digits)
        .filter(|letter| letter.out() == 0)
        .map(|letter| ways[code(letter)])
        .sum()
}
