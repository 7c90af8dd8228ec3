//! Names of columns in a query: as everywhere in nanoadder, a name is the exact one, or else the other case of it.

use datafusion::common::{DataFusionError, Result, SchemaError};
use datafusion::execution::SessionState;
use datafusion::logical_expr::LogicalPlan;
use datafusion::sql::parser::Statement;
use datafusion::sql::sqlparser::ast::{self, Ident};
use std::ops::ControlFlow;

/// The most columns that a query is rewritten for; each takes planning it once more.
const MOST: usize = 100;

/// The plan of the query `text`.
///
/// SQL makes small letters of a name without quotes, so `A` and `a` would not find a column `A`. Where there is no column of small
/// letters and one in another case, that one is meant. A name in quotes is exact.
///
/// # Errors
///
/// If it is no query.
pub(super) async fn plan(state: &SessionState, text: &str) -> Result<LogicalPlan> {
    let dialect = state.config().options().sql_parser.dialect;
    let mut statement = state.sql_to_statement(text, &dialect)?;
    for _ in 0..MOST {
        let error = match state.statement_to_plan(statement.clone()).await {
            Ok(plan) => return Ok(plan),
            Err(error) => error,
        };
        let Some(name) = meant(&error) else { return Err(error) };
        if !quote(&mut statement, &name) {
            return Err(error);
        }
    }
    state.statement_to_plan(statement).await
}

/// The one column that differs by case alone from the one that was not found.
fn meant(error: &DataFusionError) -> Option<String> {
    let DataFusionError::SchemaError(error, _) = error.find_root() else { return None };
    let SchemaError::FieldNotFound { field, valid_fields } = error.as_ref() else { return None };
    let mut names: Vec<&str> = valid_fields.iter().map(|column| column.name.as_str()).collect();
    names.retain(|name| name.eq_ignore_ascii_case(&field.name));
    names.sort_unstable();
    names.dedup();
    match names[..] {
        [name] if name != field.name => Some(name.to_owned()),
        _ => None,
    }
}

/// Quotes `name` where it stands without quotes and in any case; whether it does anywhere.
fn quote(statement: &mut Statement, name: &str) -> bool {
    let Statement::Statement(statement) = statement else { return false };
    let mut changed = false;
    let mut exact = |found: &mut Ident| {
        if found.quote_style.is_none() && found.value.eq_ignore_ascii_case(name) {
            name.clone_into(&mut found.value);
            found.quote_style = Some('"');
            changed = true;
        }
    };
    let _ = ast::visit_expressions_mut(statement.as_mut(), |expression| {
        match expression {
            ast::Expr::Identifier(found) => exact(found),
            ast::Expr::CompoundIdentifier(parts) => parts.last_mut().into_iter().for_each(&mut exact),
            _ => {}
        }
        ControlFlow::<()>::Continue(())
    });
    changed
}
