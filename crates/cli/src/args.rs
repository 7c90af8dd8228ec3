//! Every command and option, with its help.

use crate::completions::{models, names};
use crate::values::{
    address, counting_rule, known_counting_rules, known_rules, known_templates, port, rule, rules, seconds,
    template, templates, threads, whole,
};
use clap::{Parser, Subcommand, ValueEnum};
use std::num::NonZeroUsize;
use std::path::PathBuf;

/// A workbench for tiny transformers that add integers: run them, count their numbers, check them.
///
/// Without a command it shows what it is about: the default model's numbers, the published cases, what to try next.
///
/// MODEL is a name from `nanoadder list` or a path to a model file, TOML or ONNX.
#[derive(Debug, Parser)]
#[command(name = "nanoadder", version, propagate_version = true)]
#[command(
    after_help = "Exit status: 0 yes (right, proved, qualified, done), 1 no (wrong, refuted, not qualified), \
    2 could not run (usage, bad file, bad number), 3 undecided, 130 interrupted."
)]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
    #[command(flatten)]
    pub(crate) common: Common,
}

/// What every command understands.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Common {
    /// How to print: for people, or one JSON value.
    #[arg(long, global = true, value_enum, default_value_t = Format::Human)]
    pub(crate) format: Format,
    /// Print no progress and no remarks.
    #[arg(long, short, global = true)]
    pub(crate) quiet: bool,
    /// Say on stderr how the work is done, and how long it took.
    #[arg(long, short, global = true, conflicts_with = "quiet")]
    pub(crate) verbose: bool,
}

/// How operands become tokens and tokens become the answer, for an ONNX graph, which does not say it.
#[derive(Clone, Debug, clap::Args)]
#[command(next_help_heading = "Options for ONNX graphs")]
pub(crate) struct Task {
    /// The prompt: a template such as `{a:0>10}+{b:0>10}=`, or a format: F22 (F22t, F22s, F22z), F24, F31.
    #[arg(long, value_name = "TEMPLATE", conflicts_with = "task")]
    pub(crate) prompt: Option<String>,
    /// The characters of the prompt, each at the place of its token; `0123456789+=` unless given.
    #[arg(long, value_name = "CHARACTERS", requires = "prompt")]
    pub(crate) tokens: Option<String>,
    /// The answer: `least-first:11`, which it is unless given, or `most-first:11`.
    #[arg(long, value_name = "ORDER:DIGITS", requires = "prompt")]
    pub(crate) answer: Option<String>,
    /// The token that ends an answer.
    #[arg(long, value_name = "TOKEN", requires = "prompt")]
    pub(crate) end: Option<String>,
    /// The output that gives the logits: its name, or its number from 0.
    #[arg(long, value_name = "OUTPUT")]
    pub(crate) logits: Option<String>,
    /// A file with the keys of a model file's `[task]`; `NAME.prompt.toml` beside `NAME.onnx` is found by itself.
    #[arg(long, value_name = "FILE")]
    pub(crate) task: Option<PathBuf>,
}

impl Task {
    pub(crate) fn task(&self) -> load::Task {
        let Self { prompt, tokens, answer, end, logits, task } = self.clone();
        load::Task { prompt, tokens, answer, end, logits, file: task }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// Text for people.
    Human,
    /// One JSON value on stdout.
    Json,
    /// A page of Markdown; for `board`.
    Markdown,
    /// A page of HTML; for `board`.
    Html,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Add two numbers, or a file of them, with a model.
    Add(Add),
    /// List the models that come with nanoadder.
    List,
    /// Show one model: its architecture, its numbers, where it comes from.
    Show(Show),
    /// Count a model's numbers by five rules and list each of them.
    Count(Count),
    /// Check a model on AdderBoard's protocol: 10 edge cases and 10,000 random pairs.
    Check(Check),
    /// Prove a model right on every pair, or find a pair on which it is wrong.
    Prove(Prove),
    /// Look for a pair on which a model is wrong, for as long as you like.
    Hunt(Hunt),
    /// Show many models side by side: counted, checked, decided, measured.
    Board(Board),
    /// Check a certificate that `prove` wrote, with another program that does not trust it.
    Certify(Certify),
    /// Show what happens at each step while a model adds two numbers.
    Explain(Explain),
    /// Write a new model file that is right as it stands, with comments that say what to change.
    New(New),
    /// Write model files by rule: sections and keys in order, blanks and lines in place.
    Fmt(Fmt),
    /// Find what could be better about a model: numbers that need not be stored, answers that hang on rounding.
    Lint(Lint),
    /// Look for a smaller model file of the same meaning, each step proved.
    Shrink(Shrink),
    /// Step through a decode in the terminal.
    Tui(Tui),
    /// Serve the page that shows a model think, and the HTTP API behind it.
    Serve(Serve),
    /// Measure additions per second for every way to run a model.
    Bench(Bench),
    /// Write a model for other tools: PyTorch, safetensors, a submission to AdderBoard.
    Export(Export),
    /// Print completions for a shell.
    Completions {
        /// The shell.
        shell: clap_complete::Shell,
    },
    /// Print the manual page.
    Man,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Add {
    /// The first operand.
    #[arg(allow_negative_numbers = true, required_unless_present = "input", requires = "b")]
    pub(crate) a: Option<String>,
    /// The second operand.
    #[arg(allow_negative_numbers = true)]
    pub(crate) b: Option<String>,
    /// The model to add with.
    #[arg(long, short, default_value = zoo::DEFAULT, add = models())]
    pub(crate) model: PathBuf,
    /// Add every pair of this file, `-` for stdin: columns `a` and `b`, or in CSV the only two without a header.
    #[arg(long, short, value_name = "FILE", conflicts_with = "a")]
    pub(crate) input: Option<PathBuf>,
    /// Write `a`, `b` and `sum` to this file instead of stdout; it appears whole or not at all.
    #[arg(long, short, value_name = "FILE", requires = "input", conflicts_with = "a")]
    pub(crate) output: Option<PathBuf>,
    /// The format of the input, whatever its extension says (.csv, .arrow, .arrows, .parquet).
    #[arg(long, value_enum, value_name = "FORMAT", requires = "input", conflicts_with = "a")]
    pub(crate) input_format: Option<Table>,
    /// The format of the output, whatever its extension says; stdout is CSV unless given.
    #[arg(long, value_enum, value_name = "FORMAT", requires = "input", conflicts_with = "a")]
    pub(crate) output_format: Option<Table>,
    #[command(flatten)]
    pub(crate) threads: Threads,
    #[command(flatten)]
    pub(crate) task: Task,
}

/// How a file of pairs is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Table {
    /// Lines of decimal numbers.
    Csv,
    /// Arrow's IPC file, or Feather.
    Arrow,
    /// Arrow's IPC stream, which pipes can carry.
    ArrowStream,
    /// Parquet.
    Parquet,
}

#[derive(Clone, Copy, Debug, clap::Args)]
pub(crate) struct Threads {
    /// The number of threads, all cores unless given; no answer depends on it.
    #[arg(long, value_name = "N", value_parser = threads, allow_negative_numbers = true)]
    threads: Option<NonZeroUsize>,
}

impl Threads {
    pub(crate) fn get(self) -> NonZeroUsize {
        let cores = || std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
        self.threads.unwrap_or_else(cores)
    }
}

#[derive(Debug, clap::Args)]
pub(crate) struct Show {
    /// The model.
    #[arg(default_value = zoo::DEFAULT, add = models())]
    pub(crate) model: PathBuf,
    /// Print the model file itself.
    #[arg(long, conflicts_with = "program")]
    pub(crate) toml: bool,
    /// Print the straight-line program that its decode folds to.
    #[arg(long)]
    pub(crate) program: bool,
    /// With `--format json`: add the weights as the network uses them, every formula computed.
    #[arg(long, conflicts_with_all = ["toml", "program"])]
    pub(crate) weights: bool,
    /// Draw the network and its numbers, too: a file that ends with .svg, .png or .html; it appears whole or not at all.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["toml", "program"])]
    pub(crate) plot: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) task: Task,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Count {
    /// The model.
    #[arg(default_value = zoo::DEFAULT, add = models())]
    pub(crate) model: PathBuf,
    /// Say in words what changed between two models: which numbers became literals, ties or derived.
    #[arg(long, num_args = 2, value_names = ["A", "B"], add = models(), conflicts_with_all = ["model", "prompt", "tokens", "answer", "end", "logits", "task"])]
    pub(crate) diff: Option<Vec<PathBuf>>,
    #[command(flatten)]
    pub(crate) task: Task,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Check {
    /// The model.
    #[arg(default_value = zoo::DEFAULT, add = models())]
    pub(crate) model: PathBuf,
    /// The seed of the random pairs, as CPython's `random.Random` takes it.
    #[arg(long, value_parser = whole, allow_negative_numbers = true, default_value_t = run::protocol::SEED)]
    pub(crate) seed: u64,
    /// How many random pairs.
    #[arg(long, value_name = "N", value_parser = whole, allow_negative_numbers = true, default_value_t = run::protocol::PAIRS)]
    pub(crate) pairs: u64,
    /// Also count by position of the answer, by carry chain, and on structured sets.
    #[arg(long)]
    pub(crate) detailed: bool,
    #[command(flatten)]
    pub(crate) threads: Threads,
    #[command(flatten)]
    pub(crate) task: Task,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Prove {
    /// The model.
    #[arg(default_value = zoo::DEFAULT, add = models())]
    pub(crate) model: PathBuf,
    /// Go on after a counterexample, and bound the share of all pairs on which the model is wrong.
    ///
    /// The layer of a proof may then be weaker: it is not chased to the strongest.
    #[arg(long)]
    pub(crate) rate: bool,
    /// Say why: what the proof rests on at each step, or which step, digits and numbers a wrong answer hangs on.
    #[arg(long)]
    pub(crate) explain: bool,
    /// Write the proof or the counterexample to this file, for `certify`; it appears whole or not at all.
    #[arg(long, value_name = "FILE")]
    pub(crate) certificate: Option<PathBuf>,
    /// Draw the smallest margin of each step of a proof: a file that ends with .svg, .png or .html.
    #[arg(long, value_name = "FILE", conflicts_with = "certificate")]
    pub(crate) plot: Option<PathBuf>,
    /// The most cases to look at before the answer is `undecided`.
    #[arg(long, value_name = "N", value_parser = whole, allow_negative_numbers = true, default_value_t = 20_000_000)]
    pub(crate) most_states: u64,
    /// Where there is no proof and no counterexample, how long to try random pairs, in seconds; 0 for not at all.
    #[arg(long, value_name = "SECONDS", value_parser = seconds, allow_negative_numbers = true, default_value = "3")]
    pub(crate) sample: f64,
    #[command(flatten)]
    pub(crate) threads: Threads,
    #[command(flatten)]
    pub(crate) task: Task,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Board {
    /// The models; all that come with nanoadder unless given.
    #[arg(add = models())]
    pub(crate) models: Vec<PathBuf>,
    /// Every model file (.toml) of this folder, besides those that are named.
    #[arg(long, value_name = "DIR")]
    pub(crate) folder: Option<PathBuf>,
    /// The count by which rows are sorted, the smallest first.
    #[arg(long, value_enum, default_value_t = Sort::Strict)]
    pub(crate) sort: Sort,
    /// The time of all proofs together; what is open then is undecided.
    ///
    /// Each model has an equal share of it, and what quick ones leave goes to those that are still open.
    #[arg(long, value_name = "N", value_parser = seconds, allow_negative_numbers = true, default_value = "110")]
    pub(crate) seconds: f64,
    /// Do not measure the speed: then the table is the same on every machine.
    #[arg(long)]
    pub(crate) no_speed: bool,
    /// Draw numbers stored against the strict count: a file that ends with .svg, .png or .html; it appears whole or not at all.
    #[arg(long, value_name = "FILE")]
    pub(crate) plot: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) threads: Threads,
}

/// A count to sort by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Sort {
    /// What the authors claim.
    Claimed,
    /// Numbers stored.
    Stored,
    /// Numbers stored and written in formulas.
    Strict,
    /// Numbers stored and symbols of the file.
    Description,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Hunt {
    /// The model.
    #[arg(default_value = zoo::DEFAULT, add = models())]
    pub(crate) model: PathBuf,
    /// How long to look, in seconds; 10 unless this or a number of rounds is given.
    #[arg(long, value_name = "N", value_parser = seconds, allow_negative_numbers = true)]
    pub(crate) seconds: Option<f64>,
    /// How many rounds to look; what a number of rounds finds is the same on every machine.
    #[arg(long, value_name = "N", value_parser = whole, allow_negative_numbers = true)]
    pub(crate) rounds: Option<u64>,
    /// The seed of everything that is drawn.
    #[arg(long, value_name = "S", value_parser = whole, allow_negative_numbers = true, default_value_t = 0)]
    pub(crate) seed: u64,
    #[command(flatten)]
    pub(crate) threads: Threads,
    #[command(flatten)]
    pub(crate) task: Task,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Certify {
    /// The certificate.
    pub(crate) file: PathBuf,
    /// The model that it must be of; any model unless given.
    #[arg(long, short, add = models())]
    pub(crate) model: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) threads: Threads,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Explain {
    /// The model.
    #[arg(add = models())]
    pub(crate) model: PathBuf,
    /// The first operand.
    #[arg(allow_negative_numbers = true)]
    pub(crate) a: String,
    /// The second operand.
    #[arg(allow_negative_numbers = true)]
    pub(crate) b: String,
    /// Draw it, too: a file that ends with .svg, .png or .html; it appears whole or not at all.
    #[arg(long, value_name = "FILE")]
    pub(crate) plot: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) task: Task,
}

#[derive(Debug, clap::Args)]
pub(crate) struct New {
    /// The name of the model, of letters, digits, `-` and `_`.
    pub(crate) name: String,
    /// What to begin with.
    #[arg(long, short, value_name = "TEMPLATE", value_parser = template, add = names(known_templates), default_value = craft::TEMPLATES[0].name)]
    #[arg(long_help = templates())]
    pub(crate) template: &'static craft::Template,
    /// The file to write, NAME.toml unless given; it must not be there.
    #[arg(long, short, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Fmt {
    /// The model files; `-` reads one from stdin and prints it.
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    /// Write nothing; print the names of the files that would change, and exit with 1 if there are any.
    #[arg(long)]
    pub(crate) check: bool,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Lint {
    /// The model.
    #[arg(default_value = zoo::DEFAULT, add = models())]
    pub(crate) model: PathBuf,
    /// Look by this rule alone; can be given several times.
    #[arg(long, value_name = "RULE", value_parser = rule, add = names(known_rules), long_help = rules())]
    pub(crate) rule: Vec<craft::Rule>,
    /// Do not look by this rule; can be given several times.
    #[arg(long, value_name = "RULE", value_parser = rule, add = names(known_rules))]
    pub(crate) allow: Vec<craft::Rule>,
    #[command(flatten)]
    pub(crate) threads: Threads,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Shrink {
    /// The model.
    #[arg(default_value = zoo::DEFAULT, add = models())]
    pub(crate) model: PathBuf,
    /// The count to lower; what a step costs by the others is shown.
    #[arg(long, value_name = "COUNT", value_parser = counting_rule, add = names(known_counting_rules), default_value = "stored")]
    pub(crate) count: craft::shrink::Rule,
    /// Write the smaller model to this file; it appears whole or not at all.
    #[arg(long, short, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// The most cases that the prover looks at for one step.
    #[arg(long, value_name = "N", value_parser = whole, allow_negative_numbers = true, default_value_t = 2_000_000)]
    pub(crate) most_states: u64,
    #[command(flatten)]
    pub(crate) threads: Threads,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Tui {
    /// The model.
    #[arg(default_value = zoo::DEFAULT, add = models())]
    pub(crate) model: PathBuf,
    /// The first operand; it can be changed there.
    #[arg(default_value = "9999999999", allow_negative_numbers = true)]
    pub(crate) a: String,
    /// The second operand.
    #[arg(default_value = "1", allow_negative_numbers = true)]
    pub(crate) b: String,
    #[command(flatten)]
    pub(crate) task: Task,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Serve {
    /// The port; 0 takes any that is free.
    #[arg(long, value_name = "N", value_parser = port, allow_negative_numbers = true, default_value_t = 8058)]
    pub(crate) port: u16,
    /// The address to listen on; others than loopback let other machines in.
    #[arg(long, value_name = "ADDRESS", value_parser = address, default_value = "127.0.0.1")]
    pub(crate) host: std::net::IpAddr,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Bench {
    /// The model.
    #[arg(default_value = zoo::DEFAULT, add = models())]
    pub(crate) model: PathBuf,
    /// How long to run each reading, in seconds.
    #[arg(long, value_name = "SECONDS", default_value_t = 1.0, value_parser = seconds, allow_negative_numbers = true)]
    pub(crate) time: f64,
    #[command(flatten)]
    pub(crate) threads: Threads,
    #[command(flatten)]
    pub(crate) task: Task,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Export {
    /// The model.
    #[arg(add = models())]
    pub(crate) model: PathBuf,
    /// What to write.
    #[arg(long, value_enum, value_name = "FORM")]
    pub(crate) to: Form,
    /// For xlsx: the operands of the decode, the greatest and 1 unless given; they can be changed in the spreadsheet.
    #[arg(long, num_args = 2, value_names = ["A", "B"], allow_hyphen_values = true)]
    pub(crate) pair: Option<Vec<String>>,
    /// The file to write instead of stdout; it appears whole or not at all.
    #[arg(long, short, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
}

/// A model in another form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Form {
    /// One readable Python file with the module, `build_model()` and `add(model, a, b)`.
    Pytorch,
    /// The stored tensors, with the rest of the model file in the metadata; it can be used as a MODEL.
    Safetensors,
    /// A graph of ONNX's operators, from int64 tokens to logits; it can be used as a MODEL.
    Onnx,
    /// A spreadsheet with one decode as live formulas, from the stored numbers to the answer.
    Xlsx,
    /// The text of a submission to AdderBoard, with our counts, accuracy and verdict.
    Submission,
}
