//! Good files of every kind that commands read: what is damaged.

use super::run::nanoadder;
use std::fs;
use std::path::Path;

/// How a file is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// As a model file in TOML: it can be formatted, too.
    Text,
    /// As a model in a safetensors file.
    Tensors,
    /// As a graph, or beside one.
    Graph,
    /// As a certificate.
    Certificate,
    /// As pairs.
    Pairs,
}

/// A good file.
#[derive(Clone, Debug)]
pub(crate) struct Seed {
    pub(crate) kind: Kind,
    /// The file that is damaged.
    pub(crate) name: &'static str,
    pub(crate) bytes: Vec<u8>,
    /// The file that a command names, which may be another one.
    pub(crate) named: &'static str,
    /// What lies beside it and stays good.
    pub(crate) beside: Vec<(&'static str, Vec<u8>)>,
}

impl Seed {
    fn alone(kind: Kind, name: &'static str, bytes: impl Into<Vec<u8>>) -> Self {
        Self { kind, name, bytes: bytes.into(), named: name, beside: Vec::new() }
    }

    fn beside(self, named: &'static str, beside: (&'static str, Vec<u8>)) -> Self {
        Self { named, beside: vec![beside], ..self }
    }
}

/// Every form, several layers, maps of tokens, ties, formulas that round at each operation, and sums by name. Their prompts are
/// short: the graph of nanoadder-3, whose prompt has 169 tokens, takes 960 MB to read, damaged or not.
const MODELS: [&str; 8] = [
    "kiguli-7",
    "nanoadder-58",
    "gist-58",
    "jnros-1",
    "alexlitz-36",
    "fblissjr-33",
    "corbensorenson-111",
    "bingbangboom-87",
];

const TABLES: [(&str, &str); 11] = [
    ("plain.arrow", "m.arrow"),
    ("lz4.arrow", "m.arrow"),
    ("zstd.arrow", "m.arrow"),
    ("more_all.arrow", "m.arrow"),
    ("plain.arrows", "m.arrows"),
    ("lz4.arrows", "m.arrows"),
    ("more_all.arrows", "m.arrows"),
    ("zstd.parquet", "m.parquet"),
    ("lz4.parquet", "m.parquet"),
    ("delta.parquet", "m.parquet"),
    ("more.parquet", "m.parquet"),
];

const GRAPHS: [&str; 3] = ["ends.script", "gpt2-f64.dynamo", "alibi-f64.fixed"];

/// All of them. What commands write is written now, in `folder`.
pub(crate) fn seeds(folder: &Path) -> Vec<Seed> {
    let wrote = |line: &str| {
        let words: Vec<_> = line.split(' ').map(str::to_owned).collect();
        let ran = nanoadder(folder, &words);
        assert!(matches!(ran.code, Some(0 | 1)), "{line}: {}", ran.told());
        fs::read(folder.join(words.last().unwrap())).unwrap()
    };
    let text = |model| zoo::find(model).unwrap().text;
    let mut seeds: Vec<Seed> =
        MODELS.iter().map(|model| Seed::alone(Kind::Text, "m.toml", text(model))).collect();
    for model in ["kiguli-7", "nanoadder-58", "jnros-1"] {
        let tensors = wrote(&format!("export {model} --to safetensors -o {model}.safetensors"));
        seeds.push(Seed::alone(Kind::Tensors, "m.safetensors", tensors));
        let graph = wrote(&format!("export {model} --to onnx -o {model}.onnx"));
        seeds.push(Seed::alone(Kind::Graph, "m.onnx", graph));
    }
    // Numbers in a weights file.
    let tensors = fs::read(folder.join("kiguli-7.safetensors")).unwrap();
    let model = weighted(text("kiguli-7")).into_bytes();
    seeds.push(
        Seed::alone(Kind::Text, "m.toml", model.clone()).beside("m.toml", ("w.safetensors", tensors.clone())),
    );
    seeds.push(Seed::alone(Kind::Tensors, "w.safetensors", tensors).beside("m.toml", ("m.toml", model)));
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../onnx/fixtures");
    for graph in GRAPHS {
        let read = |end: &str| fs::read(fixtures.join(format!("{graph}.{end}"))).unwrap();
        let (graph, prompt) = (read("onnx"), read("prompt.toml"));
        seeds.push(
            Seed::alone(Kind::Graph, "m.onnx", graph.clone())
                .beside("m.onnx", ("m.prompt.toml", prompt.clone())),
        );
        seeds.push(Seed::alone(Kind::Graph, "m.prompt.toml", prompt).beside("m.onnx", ("m.onnx", graph)));
    }
    for model in ["kswain98-8", "kiguli-7", "gist-58"] {
        let certificate = wrote(&format!("prove {model} --certificate {model}.cert"));
        seeds.push(Seed::alone(Kind::Certificate, "m.cert", certificate));
    }
    let pairs: String =
        (0..300).map(|row| format!("{},{}\n", row * 33_333, 9_999_999_999_u64 - row)).collect();
    let pairs = format!("a,b\n{pairs}");
    fs::write(folder.join("pairs.csv"), &pairs).unwrap();
    seeds.push(Seed::alone(Kind::Pairs, "m.csv", pairs));
    seeds.push(Seed::alone(Kind::Pairs, "m.csv", "\"a\",\"b\",\"c\"\r\n\"1\",2,x\r\n 3 ,\"4\",\r\n"));
    for (name, output) in [("m.arrow", "s.arrow"), ("m.arrows", "s.arrows"), ("m.parquet", "s.parquet")] {
        seeds.push(Seed::alone(Kind::Pairs, name, wrote(&format!("add --input pairs.csv -o {output}"))));
    }
    // In codecs and types that only others write.
    let tables = Path::new(env!("CARGO_MANIFEST_DIR")).join("../io/tests/data");
    for (file, name) in TABLES {
        seeds.push(Seed::alone(Kind::Pairs, name, fs::read(tables.join(file)).unwrap()));
    }
    seeds
}

/// `text` with each stored number taken from `w.safetensors`.
fn weighted(text: &str) -> String {
    let (before, rest) = text.split_once("[params]\n").unwrap();
    let (params, after) = rest.split_once("\n\n").unwrap();
    let named = params.lines().filter_map(|line| line.split_once(" = "));
    let params: String = named.map(|(name, _)| format!("{name} = {{ tensor = \"{name}\" }}\n")).collect();
    format!("weights = \"w.safetensors\"\n{before}[params]\n{params}\n{after}")
}
