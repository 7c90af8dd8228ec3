//! The table functions in plans that travel: they are encoded as text, and everything else as the inner codec does.

use crate::expand::Expand;
use crate::source::Source;
use crate::tables::Table;
use arrow::datatypes::SchemaRef;
use datafusion::catalog::TableProvider;
use datafusion::common::{Result, TableReference, exec_datafusion_err};
use datafusion::datasource::file_format::FileFormatFactory;
use datafusion::execution::TaskContext;
use datafusion::logical_expr::{AggregateUDF, Extension, LogicalPlan, ScalarUDF, WindowUDF};
use datafusion::physical_plan::ExecutionPlan;
use datafusion_proto::logical_plan::LogicalExtensionCodec;
use datafusion_proto::physical_plan::{PhysicalExtensionCodec, PhysicalProtoConverterExtension};
use std::sync::Arc;

/// What our encoding begins with. No encoded message of others does: as a tag, its first byte is of a wire type that is not used.
const MARK: &str = "nanoadder ";

/// The text behind the mark; none if the bytes are not ours.
fn ours(bytes: &[u8]) -> Option<&str> {
    std::str::from_utf8(bytes.strip_prefix(MARK.as_bytes())?).ok()
}

fn unknown(text: &str) -> datafusion::common::DataFusionError {
    exec_datafusion_err!("`{text}` is no table of this build: expected the same build everywhere")
}

/// Logical plans.
#[derive(Debug)]
pub struct Logical {
    inner: Arc<dyn LogicalExtensionCodec>,
}

impl Logical {
    /// Encodes everything else as `inner` does.
    pub fn new(inner: Arc<dyn LogicalExtensionCodec>) -> Self {
        Self { inner }
    }
}

impl LogicalExtensionCodec for Logical {
    fn try_decode(&self, bytes: &[u8], inputs: &[LogicalPlan], context: &TaskContext) -> Result<Extension> {
        self.inner.try_decode(bytes, inputs, context)
    }

    fn try_encode(&self, node: &Extension, bytes: &mut Vec<u8>) -> Result<()> {
        self.inner.try_encode(node, bytes)
    }

    fn try_decode_table_provider(
        &self,
        bytes: &[u8],
        name: &TableReference,
        schema: SchemaRef,
        context: &TaskContext,
    ) -> Result<Arc<dyn TableProvider>> {
        match ours(bytes) {
            Some(text) => Ok(Arc::new(Table { source: Source::decode(text).ok_or_else(|| unknown(text))? })),
            None => self.inner.try_decode_table_provider(bytes, name, schema, context),
        }
    }

    fn try_encode_table_provider(
        &self,
        name: &TableReference,
        node: Arc<dyn TableProvider>,
        bytes: &mut Vec<u8>,
    ) -> Result<()> {
        match node.downcast_ref::<Table>() {
            Some(table) => bytes.extend(format!("{MARK}{}", table.source.encode()).bytes()),
            None => return self.inner.try_encode_table_provider(name, node, bytes),
        }
        Ok(())
    }

    fn try_decode_file_format(
        &self,
        bytes: &[u8],
        context: &TaskContext,
    ) -> Result<Arc<dyn FileFormatFactory>> {
        self.inner.try_decode_file_format(bytes, context)
    }

    fn try_encode_file_format(&self, bytes: &mut Vec<u8>, node: Arc<dyn FileFormatFactory>) -> Result<()> {
        self.inner.try_encode_file_format(bytes, node)
    }

    fn try_decode_udf(&self, name: &str, bytes: &[u8]) -> Result<Arc<ScalarUDF>> {
        self.inner.try_decode_udf(name, bytes)
    }

    fn try_encode_udf(&self, node: &ScalarUDF, bytes: &mut Vec<u8>) -> Result<()> {
        self.inner.try_encode_udf(node, bytes)
    }

    fn try_decode_udaf(&self, name: &str, bytes: &[u8]) -> Result<Arc<AggregateUDF>> {
        self.inner.try_decode_udaf(name, bytes)
    }

    fn try_encode_udaf(&self, node: &AggregateUDF, bytes: &mut Vec<u8>) -> Result<()> {
        self.inner.try_encode_udaf(node, bytes)
    }

    fn try_decode_udwf(&self, name: &str, bytes: &[u8]) -> Result<Arc<WindowUDF>> {
        self.inner.try_decode_udwf(name, bytes)
    }

    fn try_encode_udwf(&self, node: &WindowUDF, bytes: &mut Vec<u8>) -> Result<()> {
        self.inner.try_encode_udwf(node, bytes)
    }
}

/// Physical plans.
#[derive(Debug)]
pub struct Physical {
    inner: Arc<dyn PhysicalExtensionCodec>,
}

impl Physical {
    /// Encodes everything else as `inner` does.
    pub fn new(inner: Arc<dyn PhysicalExtensionCodec>) -> Self {
        Self { inner }
    }
}

impl PhysicalExtensionCodec for Physical {
    fn try_decode(
        &self,
        bytes: &[u8],
        inputs: &[Arc<dyn ExecutionPlan>],
        context: &TaskContext,
        converter: &dyn PhysicalProtoConverterExtension,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        match ours(bytes) {
            Some(text) => Ok(Arc::new(decode(text, inputs).ok_or_else(|| unknown(text))?)),
            None => self.inner.try_decode(bytes, inputs, context, converter),
        }
    }

    fn try_encode(
        &self,
        node: Arc<dyn ExecutionPlan>,
        bytes: &mut Vec<u8>,
        converter: &dyn PhysicalProtoConverterExtension,
    ) -> Result<()> {
        match node.downcast_ref::<Expand>() {
            Some(expand) => bytes.extend(encode(expand).bytes()),
            None => return self.inner.try_encode(node, bytes, converter),
        }
        Ok(())
    }

    fn try_decode_udf(&self, name: &str, bytes: &[u8]) -> Result<Arc<ScalarUDF>> {
        self.inner.try_decode_udf(name, bytes)
    }

    fn try_encode_udf(&self, node: &ScalarUDF, bytes: &mut Vec<u8>) -> Result<()> {
        self.inner.try_encode_udf(node, bytes)
    }

    fn try_decode_udaf(&self, name: &str, bytes: &[u8]) -> Result<Arc<AggregateUDF>> {
        self.inner.try_decode_udaf(name, bytes)
    }

    fn try_encode_udaf(&self, node: &AggregateUDF, bytes: &mut Vec<u8>) -> Result<()> {
        self.inner.try_encode_udaf(node, bytes)
    }

    fn try_decode_udwf(&self, name: &str, bytes: &[u8]) -> Result<Arc<WindowUDF>> {
        self.inner.try_decode_udwf(name, bytes)
    }

    fn try_encode_udwf(&self, node: &WindowUDF, bytes: &mut Vec<u8>) -> Result<()> {
        self.inner.try_encode_udwf(node, bytes)
    }
}

/// `nanoadder expand COLUMNS`, where the columns are numbers with commas between, or `*` for all.
fn encode(expand: &Expand) -> String {
    let columns = match &expand.projection {
        None => "*".into(),
        Some(columns) => columns.iter().map(ToString::to_string).collect::<Vec<_>>().join(","),
    };
    format!("{MARK}expand {columns}")
}

fn decode(text: &str, inputs: &[Arc<dyn ExecutionPlan>]) -> Option<Expand> {
    let columns = match text.strip_prefix("expand ")? {
        "*" => None,
        columns => {
            Some(columns.split_terminator(',').map(|at| at.parse().ok()).collect::<Option<Vec<usize>>>()?)
        }
    };
    let [input] = inputs else { return None };
    Expand::new(Arc::clone(input), columns, None).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use datafusion::physical_plan::empty::EmptyExec;

    #[test]
    fn plans_come_back() {
        let inputs: [Arc<dyn ExecutionPlan>; 1] = [Arc::new(EmptyExec::new(crate::source::part_schema()))];
        for columns in [None, Some(vec![]), Some(vec![2, 1])] {
            let text = encode(&Expand::new(Arc::clone(&inputs[0]), columns.clone(), Some(3)).unwrap());
            let expand = decode(ours(text.as_bytes()).unwrap(), &inputs).unwrap();
            assert_eq!(expand.projection, columns);
            assert!(decode(ours(text.as_bytes()).unwrap(), &[]).is_none());
        }
        for text in ["", "expand", "expand x", "expand 9", "pairs random 1 2 3"] {
            assert!(decode(text, &inputs).is_none(), "{text}");
        }
    }
}
