//! A certificate as a file: lines of JSON, the first the claim, then one for each step, then the seal.

use crate::pairs::Split;
use crate::{Failure, must};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use spec::Model;

/// The version of the format that this checker reads.
const VERSION: u64 = 1;

/// What the file claims, of which model.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Header {
    #[serde(rename = "format")]
    _format: String,
    #[serde(rename = "version")]
    _version: u64,
    model: Subject,
    pub(crate) evaluator: Evaluator,
    pub(crate) verdict: String,
    pub(crate) layer: Option<String>,
    pub(crate) pairs: String,
    pub(crate) steps: usize,
    pub(crate) least_margin: Option<f64>,
    pub(crate) counterexample: Option<Counterexample>,
}

/// Whose arithmetic the layers `exact` and `program` speak of.
#[derive(Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub(crate) struct Evaluator {
    pub(crate) name: String,
    pub(crate) version: String,
    pub(crate) dtype: String,
}

/// What the first line begins with, whatever follows.
#[derive(Deserialize)]
struct Format {
    format: String,
    version: u64,
}

/// The model, whole.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Subject {
    name: String,
    /// The SHA-256 of `Model::content`.
    sha256: String,
    text: String,
    /// The file that the text takes numbers from.
    weights: Option<Weights>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Weights {
    file: String,
    hex: String,
}

/// A pair on which the model is said to be wrong.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct Counterexample {
    /// The first operand.
    pub a: u64,
    /// The second operand.
    pub b: u64,
    /// Their sum.
    pub expected: u64,
    /// What the model says, if it is a number.
    pub got: Option<u64>,
    /// The tokens that it generates.
    pub tokens: Vec<usize>,
    /// The first of them that is wrong, from 1.
    pub step: usize,
}

/// One step of a proof.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Step {
    pub(crate) step: usize,
    pub(crate) roots: usize,
    pub(crate) pairs: String,
    pub(crate) leaves: Leaves,
    pub(crate) least_margin: f64,
    pub(crate) trees: String,
}

/// How many leaves there are of each kind.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Leaves {
    portable: u64,
    program: u64,
    exact: u64,
}

impl Leaves {
    /// In the order of [`Kind`].
    pub(crate) fn counts(&self) -> [u64; 3] {
        [self.portable, self.program, self.exact]
    }
}

/// The names of the kinds of leaves, in the order of [`Kind`].
pub(crate) const KINDS: [&str; 3] = ["portable", "program", "exact"];

/// So many leaves of each kind, in words.
pub(crate) fn kinds(leaves: &[u64; 3]) -> String {
    leaves.iter().zip(KINDS).map(|(count, kind)| format!("{count} {kind}")).collect::<Vec<_>>().join(", ")
}

/// The least that is claimed of a leaf, of so many leaves of each kind.
pub(crate) fn layer(leaves: &[u64; 3]) -> &'static str {
    KINDS[leaves.iter().rposition(|&count| count > 0).unwrap_or(0)]
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Seal {
    sha256: String,
}

/// What a leaf claims to be proved of its pairs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Right in every faithful evaluation.
    Portable,
    /// Right in our program.
    Program,
    /// Right in our program, which computes the same logits for all of them.
    Exact,
}

/// A case of a tree, each before its parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Node {
    Split { place: usize, split: Split },
    Leaf(Kind),
}

/// A certificate whose parts have the right form and whose seal is whole.
pub(crate) struct Certificate<'t> {
    pub(crate) header: Header,
    pub(crate) model: Model,
    /// The lines of the steps, not yet read.
    pub(crate) steps: Vec<&'t str>,
}

pub(crate) fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A line of JSON.
pub(crate) fn json<'t, D: Deserialize<'t>>(line: usize, text: &'t str) -> Result<D, Failure> {
    serde_json::from_str(text).map_err(|error| Failure::at(line, words(&error)))
}

/// What is wrong with a line of JSON, without the names that only the code knows.
fn words(error: &serde_json::Error) -> String {
    let text = error.to_string();
    // It is one line, whose number is said already.
    let text = text.rsplit_once(" at line ").map_or(text.as_str(), |(what, _)| what);
    let plain = [("usize", "an integer"), ("u64", "an integer"), ("f64", "a number")];
    let known = plain.iter().find_map(|(code, word)| Some((text.strip_suffix(code)?, *word)));
    let object = || Some((text.rsplit_once("struct ")?.0, "an object"));
    let (before, last) = known.or_else(object).unwrap_or((text, ""));
    format!("column {}: {before}{last}", error.column())
}

impl<'t> Certificate<'t> {
    /// Reads the claim and the model, and checks the seal.
    pub(crate) fn read(text: &'t str) -> Result<Self, Failure> {
        let first = text.lines().next().unwrap_or_default();
        // A file that does not say what it is may be anything.
        let said =
            serde_json::from_str::<Format>(first).ok().filter(|it| it.format == "nanoadder certificate");
        let what = match said {
            Some(Format { version: VERSION, .. }) => None,
            Some(Format { version, .. }) => {
                Some(format!("a certificate of version {version}: expected version {VERSION}"))
            }
            None => Some("the first line is no claim: expected a nanoadder certificate".into()),
        };
        if let Some(what) = what {
            return Err(Failure::Unreadable(what));
        }
        let header: Header = json(1, first)?;
        let lines: Vec<&str> = text.lines().collect();
        let last = lines.len();
        let seal = lines[last - 1];
        let what = || "the file is cut short: expected its seal".into();
        must(last, last > 1 && seal.starts_with("{\"sha256\":"), what)?;
        let seal: Seal = json(last, seal)?;
        // All bytes before the seal's line.
        let start = text.trim_end_matches('\n').rfind('\n').map_or(0, |at| at + 1);
        let found = sha256(&text.as_bytes()[..start]);
        must(last, seal.sha256 == found, || {
            format!("the seal is {}, but the file has {found}", seal.sha256)
        })?;
        let model = header.model.read()?;
        Ok(Self { header, model, steps: lines[1..last - 1].to_vec() })
    }
}

impl Subject {
    fn read(&self) -> Result<Model, Failure> {
        let mut weights = |name: &str| {
            let named = self.weights.as_ref().filter(|weights| weights.file == name);
            named
                .and_then(|weights| bytes(&weights.hex))
                .ok_or_else(|| "the certificate does not hold them".to_owned())
        };
        let model = Model::parse_with(&self.name, &self.text, &mut weights)
            .map_err(|problems| Failure::at(1, format!("the model cannot be read:\n{problems}")))?;
        let (name, said) = (model.name(), &self.name);
        must(1, name == said, || format!("the model is called {name}, not {said}"))?;
        let (found, said) = (sha256(&model.content()), &self.sha256);
        must(1, found == *said, || format!("the model's hash is {said}, but the model has {found}"))?;
        Ok(model)
    }
}

/// The bytes that hexadecimal digits write.
pub(crate) fn bytes(hex: &str) -> Option<Vec<u8>> {
    let digit = |at: u8| char::from(at).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let pairs = hex.as_bytes().chunks(2);
    pairs.map(|pair| Some(digit(*pair.first()?)? << 4 | digit(*pair.get(1)?)?)).collect()
}

impl Step {
    /// The nodes of all trees, one tree after the other: items such as `19876P`, `E`, `/b7`, `2/l3`, with blanks between them.
    pub(crate) fn nodes(&self, line: usize, most: usize) -> Result<Vec<Node>, Failure> {
        let mut nodes = Vec::new();
        for item in self.trees.split_ascii_whitespace() {
            let wrong =
                || Failure::at(line, format!("trees: found `{item}`: expected a node such as 3P or /b7"));
            let count = item.bytes().take_while(u8::is_ascii_digit).count();
            let times: usize = if count == 0 { 1 } else { item[..count].parse().map_err(|_| wrong())? };
            let node = node(&item[count..]).ok_or_else(wrong)?;
            if times > most.saturating_sub(nodes.len()) {
                return Err(Failure::at(line, format!("trees: more than {most} nodes")));
            }
            nodes.extend(std::iter::repeat_n(node, times));
        }
        Ok(nodes)
    }
}

pub(crate) fn node(text: &str) -> Option<Node> {
    Some(match text {
        "P" => Node::Leaf(Kind::Portable),
        "G" => Node::Leaf(Kind::Program),
        "E" => Node::Leaf(Kind::Exact),
        _ => {
            let (way, place) = text.strip_prefix('/')?.split_at_checked(1)?;
            let split = if way == "l" { Split::Letter } else { Split::Digit("abs".find(way)?) };
            Node::Split { place: place.parse::<u8>().ok()?.into(), split }
        }
    })
}
