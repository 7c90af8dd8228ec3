//! Whether the cases that were looked at make up all pairs: a mistake in dividing them must not become a proof.

use crate::branch::{Node, Root};
use crate::letters::Case;
use crate::script::{Job, Script};
use spec::figures::counted;

/// Counts the pairs again: each step has the cases that it starts from, together all pairs, and the leaves of each have its pairs.
///
/// # Errors
///
/// What does not fit.
pub(crate) fn check(script: &Script, jobs: &[Job], done: &[Vec<Root>]) -> Result<(), String> {
    let places = script.places;
    let all = places.weight(&places.everything());
    let mut covered = vec![0_u128; script.steps().len()];
    for (job, roots) in jobs.iter().zip(done) {
        let step = job.index + 1;
        if !roots.iter().map(|root| root.case).eq(job.roots.iter().copied()) {
            return Err(format!("step {step}: other cases than it starts from"));
        }
        for root in roots {
            let weight = places.weight(&root.case);
            let leaves =
                leaves(script, root).ok_or(format!("step {step}: a tree of cases is not complete"))?;
            if weight != root.weight || leaves != weight {
                return Err(format!(
                    "step {step}: {} in the leaves of a case of {weight}",
                    counted(leaves, "pair")
                ));
            }
            covered[job.index] += weight;
        }
    }
    match covered.iter().position(|&covered| covered != all) {
        Some(index) => Err(format!("step {}: {} pairs of {all} in its cases", index + 1, covered[index])),
        None => Ok(()),
    }
}

/// The pairs in all leaves of a root's tree; none if the tree breaks off or has nodes left over.
fn leaves(script: &Script, root: &Root) -> Option<u128> {
    let mut open: Vec<Case> = vec![root.case];
    let mut pairs = 0;
    for node in &root.tree {
        let case = open.pop()?;
        match node {
            Node::Split(split) => open.extend(split.parts(script.places, &case).into_iter().rev()),
            Node::Leaf(_) => pairs += script.places.weight(&case),
        }
    }
    open.is_empty().then_some(pairs)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Layer;
    use crate::branch::Leaf;
    use crate::letters::Split;
    use crate::script::jobs;

    const RIGHT: Node = Node::Leaf(Leaf::Right { layer: Layer::Portable, margin: 1.0 });

    #[test]
    fn what_is_left_out_or_counted_twice_is_found() {
        let script = Script::new(zoo::find(zoo::DEFAULT).unwrap().model().unwrap().task()).unwrap();
        let jobs = jobs(&script);
        let root = |case: &Case| Root::whole(*case, script.places.weight(case), RIGHT);
        let whole: Vec<Vec<Root>> = jobs.iter().map(|job| job.roots.iter().map(root).collect()).collect();
        assert_eq!(check(&script, &jobs, &whole), Ok(()));
        let broken = |change: &dyn Fn(&mut Vec<Vec<Root>>)| {
            let mut done = whole.clone();
            change(&mut done);
            check(&script, &jobs, &done).is_err()
        };
        assert!(broken(&|done| drop(done[3].pop())));
        assert!(broken(&|done| done[3] = done[4].clone()));
        assert!(broken(&|done| done[2][7].weight += 1));
        assert!(broken(&|done| done[2][7].tree.clear()));
        assert!(broken(&|done| done[2][7].tree.push(RIGHT)));
        // A division with a part too few.
        let split = Node::Split(Split { place: 9, by: None });
        let parts = |done: &mut Vec<Vec<Root>>, less: usize| {
            let Node::Split(by) = split else { return };
            let count = by.parts(script.places, &done[2][7].case).len();
            done[2][7].tree = [vec![split], vec![RIGHT; count - less]].concat();
        };
        assert!(!broken(&|done| parts(done, 0)));
        assert!(broken(&|done| parts(done, 1)));
    }
}
