//! Linear maps as the model file writes them: one weight, two factors that stay apart, or a tie; and a bias.

use crate::document::{Node, Section, Value, keep};
use crate::formula::Name;
use crate::problem::{Problem, Span, nearest};
use crate::weight::{self, Frame, Slot, Weight};

/// A linear map of the model file.
#[derive(Clone, Debug)]
pub(crate) struct Map {
    /// Its name in messages, in the ledger and in ties: `layer.0.attention.query`.
    pub(crate) place: String,
    /// The size of the output.
    pub(crate) rows: usize,
    /// The size of the input.
    pub(crate) cols: usize,
    pub(crate) body: Body,
    pub(crate) bias: Option<Weight>,
}

#[derive(Clone, Debug)]
pub(crate) enum Body {
    /// One matrix.
    Whole(Weight),
    /// `low_rank`: two matrices whose product is the map. They stay apart, because the product rounds differently.
    LowRank(Weight, Weight),
    /// `same` or `transpose`: the weights of another map, or of the embedding; its bias is not tied.
    Tied { target: String, transposed: bool, span: Span },
}

/// A weight as a map uses it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Factor<'a> {
    pub(crate) weight: &'a Weight,
    pub(crate) transposed: bool,
}

impl Factor<'_> {
    pub(crate) fn shape(&self) -> (usize, usize) {
        let (rows, cols) = (self.weight.rows, self.weight.cols);
        if self.transposed { (cols, rows) } else { (rows, cols) }
    }
}

/// Reads the map in `node`. Its rows are the outputs, its columns the inputs.
pub(crate) fn parse(node: &Node, place: &str, slot: Slot<'_>, problems: &mut Vec<Problem>) -> Option<Map> {
    let map = |body, bias| Map { place: place.to_owned(), rows: slot.rows, cols: slot.cols, body, bias };
    if !matches!(node.value, Value::Table(_)) {
        return weight::parse(node, place, slot, problems).map(|weight| map(Body::Whole(weight), None));
    }
    let mut section = keep(Section::of(place, node), problems)?;
    let bias_slot = Slot { cols: 1, frame: slot.frame.rows(), ..slot };
    let bias = section.take("bias").map(|bias| {
        let what = format!("{place}.bias");
        weight::parse(bias, &what, bias_slot, problems)
    });
    let body = if section.has("same") || section.has("transpose") {
        tie(&mut section, problems)
    } else if section.has("low_rank") {
        low_rank(&mut section, place, slot, problems)
    } else {
        let form = keep(weight::parse_section(&mut section, slot), problems);
        form.map(|form| {
            Body::Whole(Weight { rows: slot.rows, cols: slot.cols, form, span: node.span.clone() })
        })
    }?;
    section.finish(problems);
    let bias = match bias {
        Some(bias) => Some(bias?),
        None => None,
    };
    Some(map(body, bias))
}

fn tie(section: &mut Section<'_>, problems: &mut Vec<Problem>) -> Option<Body> {
    let (same, transpose) = (section.take("same"), section.take("transpose"));
    let (node, transposed) = same.map(|node| (node, false)).or(transpose.map(|node| (node, true)))?;
    let target = keep(node.string("the name of a map"), problems)?.to_owned();
    Some(Body::Tied { target, transposed, span: node.span.clone() })
}

fn low_rank(
    section: &mut Section<'_>,
    place: &str,
    slot: Slot<'_>,
    problems: &mut Vec<Problem>,
) -> Option<Body> {
    let node = section.take("low_rank")?;
    let rank = section.take("rank");
    let [outer, inner] = keep(weight::list(node, "low_rank", 2), problems)? else { return None };
    let missing = || Problem::new(node.span.clone(), format!("{place}: `rank` is missing"));
    let rank = match rank {
        Some(rank) => rank.size("rank", 1..=slot.rows.max(slot.cols)),
        None => {
            stored_rank(outer, slot, false).or_else(|| stored_rank(inner, slot, true)).ok_or_else(missing)
        }
    };
    let rank = keep(rank, problems)?;
    let outer_slot = Slot { cols: rank, frame: slot.frame.rows(), ..slot };
    let inner_slot = Slot { rows: rank, frame: slot.frame.columns(), ..slot };
    let outer = weight::parse(outer, &format!("{place}[0]"), outer_slot, problems);
    let inner = weight::parse(inner, &format!("{place}[1]"), inner_slot, problems);
    Some(Body::LowRank(outer?, inner?))
}

/// The rank that a stored factor shows by its shape: the columns of the outer one, the rows of the inner one.
fn stored_rank(node: &Node, slot: Slot<'_>, inner: bool) -> Option<usize> {
    let Value::String(name) = &node.value else { return None };
    let Some(Name::Stored(index)) = slot.names.find(name) else { return None };
    match slot.names.stored[index].shape[..] {
        [rows, cols] => Some(if inner { rows } else { cols }),
        _ => Some(1),
    }
}

impl Frame {
    /// The frame of something with the same rows: a bias, the outer factor.
    fn rows(self) -> Self {
        match self {
            Self::HeadColumns(_) | Self::UnitColumns => Self::Plain,
            other => other,
        }
    }

    /// The frame of something with the same columns: the inner factor.
    fn columns(self) -> Self {
        match self {
            Self::HeadColumns(_) | Self::UnitColumns => self,
            _ => Self::Plain,
        }
    }
}

/// The weights of `map`, ties followed, the last factor meeting the input first.
///
/// `maps` are all maps of the model, `tables` the embedding and the position table by their names.
pub(crate) fn factors<'a>(
    map: &'a Map,
    maps: &[&'a Map],
    tables: &[(&str, &'a Weight)],
) -> Result<Vec<Factor<'a>>, Problem> {
    let (mut at, mut flip) = (map, false);
    // A chain of ties that visits more maps than there are is a ring.
    for _ in 0..=maps.len() {
        let factor = |weight| Factor { weight, transposed: flip };
        let (target, transposed, span) = match &at.body {
            Body::Whole(weight) => return fitting(map, vec![factor(weight)]),
            // The transpose of a product is the product of the transposes in the other order.
            Body::LowRank(outer, inner) if flip => return fitting(map, vec![factor(inner), factor(outer)]),
            Body::LowRank(outer, inner) => return fitting(map, vec![factor(outer), factor(inner)]),
            Body::Tied { target, transposed, span } => (target, transposed, span),
        };
        flip ^= transposed;
        if let Some((_, weight)) = tables.iter().find(|(name, _)| name == target) {
            return fitting(map, vec![Factor { weight, transposed: flip }]);
        }
        at = maps.iter().find(|map| map.place == *target).ok_or_else(|| {
            let known = maps.iter().map(|map| map.place.as_str());
            let problem = Problem::new(span.clone(), format!("no map is named `{target}`"));
            match nearest(target, known.chain(tables.iter().map(|(name, _)| *name))) {
                Some(near) => problem.expected(format!("`{near}`")),
                None => problem.expected("a map such as `layer.0.attention.key`, or `embed`"),
            }
        })?;
    }
    Err(Problem::new(map.tie_span(), "the tie leads back to itself")
        .expected("a map with weights of its own"))
}

/// `factors`, if together they have the shape of `map`. Only a tie can have another.
fn fitting<'a>(map: &Map, factors: Vec<Factor<'a>>) -> Result<Vec<Factor<'a>>, Problem> {
    let rows = factors.first().map_or(0, |factor| factor.shape().0);
    let cols = factors.last().map_or(0, |factor| factor.shape().1);
    if (rows, cols) == (map.rows, map.cols) {
        return Ok(factors);
    }
    let message = format!("{}: the tied weight has shape [{rows}, {cols}]", map.place);
    Err(Problem::new(map.tie_span(), message).expected(format!("[{}, {}]", map.rows, map.cols)))
}

impl Map {
    fn tie_span(&self) -> Span {
        match &self.body {
            Body::Tied { span, .. } => span.clone(),
            Body::Whole(weight) | Body::LowRank(weight, _) => weight.span.clone(),
        }
    }
}
