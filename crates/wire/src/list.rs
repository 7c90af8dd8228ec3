//! The zoo.

use serde::Serialize;
use spec::Problems;
use utoipa::ToSchema;

/// A model that comes along.
#[derive(Debug, Serialize, ToSchema)]
pub struct ListedModel {
    /// Its name.
    pub name: String,
    /// One line about it.
    pub title: String,
    /// The people who found it.
    pub authors: Vec<String>,
    /// Where it was published.
    pub source: Option<String>,
    /// `hand-coded` or `trained`.
    pub category: &'static str,
    /// `f32` or `f64`.
    pub dtype: &'static str,
    /// The number of parameters that its authors claim.
    pub claimed: Option<usize>,
    /// What the zoo states: `proved`, `refuted` or `undecided`.
    pub verdict: &'static str,
    /// What its proof holds for: `exact`, `program` or `portable`.
    pub layer: Option<&'static str>,
}

/// The models that come along.
#[derive(Debug, Serialize, ToSchema)]
pub struct List {
    /// The version of this schema.
    pub schema_version: u32,
    /// Each of them, in the zoo's order.
    pub models: Vec<ListedModel>,
}

impl List {
    /// Every model of the zoo.
    ///
    /// # Errors
    ///
    /// None in practice: a test reads every entry.
    pub fn all() -> Result<Self, Problems> {
        let models = zoo::ENTRIES.iter().map(ListedModel::new).collect::<Result<_, _>>()?;
        Ok(Self { schema_version: crate::SCHEMA_VERSION, models })
    }
}

impl ListedModel {
    fn new(entry: &zoo::Entry) -> Result<Self, Problems> {
        let model = entry.model()?;
        let identity = model.identity();
        Ok(Self {
            name: identity.name.clone(),
            title: identity.title.clone(),
            authors: identity.authors.clone(),
            source: identity.source.clone(),
            category: identity.category.name(),
            dtype: model.dtype().name(),
            claimed: identity.claimed,
            verdict: entry.verdict.name(),
            layer: entry.verdict.layer().map(zoo::Layer::name),
        })
    }
}
