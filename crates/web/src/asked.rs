//! What requests ask for, and the model they mean.

use crate::error::ApiError;
use crate::limits::Limits;
use axum::extract::{FromRequest, Request};
use run::Adder;
use serde::Deserialize;
use serde::de::{self, DeserializeOwned, Deserializer, MapAccess, Visitor};
use spec::Model;
use std::fmt;
use utoipa::ToSchema;

/// A JSON body; what is wrong with it is told as JSON.
#[derive(Debug)]
pub(crate) struct Body<T>(pub(crate) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Body<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        match axum::Json::<T>::from_request(request, state).await {
            Ok(axum::Json(value)) => Ok(Self(value)),
            Err(rejection) => Err(ApiError::body(rejection.status(), rejection.body_text())),
        }
    }
}

/// Which model is meant: the name of one of the zoo, or more about it.
#[derive(Clone, Debug, Default, ToSchema)]
pub(crate) struct Asked {
    /// The name of a model of the zoo.
    name: Option<String>,
    /// The text of a model file, instead of a name.
    toml: Option<String>,
    /// Stored numbers that have other values.
    overrides: Vec<Override>,
}

/// A stored number with another value.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Override {
    /// The name of the stored tensor.
    tensor: String,
    /// The number in it, from 0, row by row.
    element: usize,
    /// Its value; it is rounded to the model's type.
    value: f64,
}

/// The long form of [`Asked`].
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Long {
    name: Option<String>,
    toml: Option<String>,
    #[serde(default)]
    overrides: Vec<Override>,
}

impl<'de> Deserialize<'de> for Asked {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Either;
        impl<'de> Visitor<'de> for Either {
            type Value = Asked;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("the name of a model, or an object with `name` or `toml`")
            }

            fn visit_str<E: de::Error>(self, name: &str) -> Result<Asked, E> {
                Ok(Asked { name: Some(name.to_owned()), ..Asked::default() })
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Asked, A::Error> {
                let Long { name, toml, overrides } =
                    Long::deserialize(de::value::MapAccessDeserializer::new(map))?;
                Ok(Asked { name, toml, overrides })
            }
        }
        from.deserialize_any(Either)
    }
}

/// The most stored numbers that one request may replace.
const MOST_OVERRIDES: usize = 64;

impl Asked {
    /// Reads the model. This computes its weights, so it belongs behind the gate.
    pub(crate) fn model(&self, limits: &Limits) -> Result<Model, ApiError> {
        let mut model = match (&self.name, &self.toml) {
            (Some(name), None) => {
                let entry = zoo::find(name).ok_or_else(|| ApiError::no_model(name))?;
                entry.model().map_err(|problems| ApiError::model_file(&problems))?
            }
            (None, Some(text)) => Model::parse_limited("model.toml", text, limits.weights)
                .map_err(|problems| ApiError::model_file(&problems))?,
            _ => return Err(ApiError::request("model: expected either `name` or `toml`")),
        };
        if self.overrides.len() > MOST_OVERRIDES {
            return Err(ApiError::request(format!("overrides: expected at most {MOST_OVERRIDES}")));
        }
        for Override { tensor, element, value } in &self.overrides {
            let tensors = model.ledger().tensors();
            let index = tensors.iter().position(|known| known.name == *tensor);
            let index = index.filter(|&index| *element < tensors[index].len()).ok_or_else(|| {
                ApiError::request(format!("overrides: the model stores no number {element} of `{tensor}`"))
            })?;
            model = model
                .with_stored(index, *element, *value)
                .map_err(|problems| ApiError::model_file(&problems))?;
        }
        Ok(model)
    }

    /// The model, ready to add.
    pub(crate) fn adder(&self, limits: &Limits) -> Result<Adder, ApiError> {
        self.model(limits).map(Adder::new)
    }
}

/// An operand: a number, or its decimal digits as a string, which JavaScript needs beyond 2^53.
#[derive(Clone, Copy, Debug, ToSchema)]
#[schema(value_type = String, example = "9999999999")]
pub(crate) struct Operand(pub(crate) u64);

impl<'de> Deserialize<'de> for Operand {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Digits;
        impl Visitor<'_> for Digits {
            type Value = Operand;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an integer from 0, as a number or as decimal digits in a string")
            }

            fn visit_u64<E: de::Error>(self, number: u64) -> Result<Operand, E> {
                Ok(Operand(number))
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Operand, E> {
                let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
                let number = text.parse().ok().filter(|_| digits);
                number.map(Operand).ok_or_else(|| E::invalid_value(de::Unexpected::Str(text), &self))
            }
        }
        from.deserialize_any(Digits)
    }
}

/// A model.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ModelRequest {
    /// The model.
    pub(crate) model: Asked,
}

/// A model to show.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ShowRequest {
    /// The model.
    pub(crate) model: Asked,
    /// Whether to add the weights as the network uses them.
    #[serde(default)]
    pub(crate) weights: bool,
}

/// A model and a pair.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PairRequest {
    /// The model.
    pub(crate) model: Asked,
    /// The first operand.
    pub(crate) a: Operand,
    /// The second operand.
    pub(crate) b: Operand,
}

/// A model to check.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CheckRequest {
    /// The model.
    pub(crate) model: Asked,
    /// The seed of the random pairs; 2025 unless given.
    #[serde(default = "seed")]
    pub(crate) seed: u64,
    /// How many random pairs; 10,000 unless given.
    #[serde(default = "pairs")]
    pub(crate) pairs: u64,
    /// Whether to say where the model is wrong.
    #[serde(default)]
    pub(crate) detailed: bool,
}

fn seed() -> u64 {
    run::protocol::SEED
}

fn pairs() -> u64 {
    run::protocol::PAIRS
}

/// A model to prove.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ProveRequest {
    /// The model.
    pub(crate) model: Asked,
    /// Whether to go on after a counterexample and bound how often the model is wrong.
    #[serde(default)]
    pub(crate) rate: bool,
}
