//! Parquet files of hits.

use std::io::Write;
use std::sync::Arc;

use imr_output::{FieldType, OutputField, Value, value};
use imr_query::Answer;
use jiff::civil::{Date, date};
use parquet::basic::{Compression, ZstdLevel};
use parquet::data_type::{BoolType, ByteArray, ByteArrayType, FloatType, Int32Type, Int64Type};
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedColumnWriter, SerializedFileWriter};
use parquet::schema::parser::parse_message_type;

/// So many rows are kept in memory and written together.
const ROWS: usize = 10_000;

/// Writes hits as a Parquet file with a column for each field, whose types stand in `index-schema/output.toml`. What a letter
/// does not say is null; an object is JSON.
pub(crate) fn hits(out: impl Write + Send, answer: &mut Answer, fields: &[&OutputField]) -> anyhow::Result<()> {
    let columns: Vec<String> = fields.iter().map(|field| declaration(field)).collect();
    let schema = parse_message_type(&format!("message decisions {{ {} }}", columns.join(" ")))?;
    let compression = Compression::ZSTD(ZstdLevel::default());
    let properties = WriterProperties::builder().set_compression(compression).build();
    let mut file = SerializedFileWriter::new(out, Arc::new(schema), Arc::new(properties))?;
    let mut rows = Rows::new(fields);
    for hit in answer.hits() {
        let hit = hit?;
        for (field, column) in fields.iter().zip(&mut rows.columns) {
            column.add(&value(field, &hit))?;
        }
        rows.count += 1;
        if rows.count == ROWS {
            std::mem::replace(&mut rows, Rows::new(fields)).write(&mut file)?;
        }
    }
    if rows.count > 0 {
        rows.write(&mut file)?;
    }
    file.close()?;
    Ok(())
}

/// The column of a field, in the language of Parquet's schemas.
fn declaration(OutputField { name, value_type, .. }: &OutputField) -> String {
    match value_type {
        FieldType::Text => format!("optional binary {name} (UTF8);"),
        FieldType::Object => format!("optional binary {name} (JSON);"),
        FieldType::Number => format!("optional int64 {name};"),
        FieldType::Score => format!("optional float {name};"),
        FieldType::Flag => format!("optional boolean {name};"),
        FieldType::Day => format!("optional int32 {name} (DATE);"),
        FieldType::List => {
            format!("required group {name} (LIST) {{ repeated group list {{ required binary element (UTF8); }} }}")
        }
    }
}

/// Rows that are not written yet.
struct Rows {
    columns: Vec<Column>,
    count: usize,
}

impl Rows {
    fn new(fields: &[&OutputField]) -> Self {
        Self { columns: fields.iter().map(|field| Column::new(field.value_type)).collect(), count: 0 }
    }

    fn write(self, file: &mut SerializedFileWriter<impl Write + Send>) -> anyhow::Result<()> {
        let mut group = file.next_row_group()?;
        for column in self.columns {
            let Some(mut writer) = group.next_column()? else { break };
            column.write(&mut writer)?;
            writer.close()?;
        }
        group.close()?;
        Ok(())
    }
}

/// The values of a column, and for each of its rows (in a list: each text, or the lack of one) the levels by which Parquet
/// tells what is there and what begins a row.
struct Column {
    values: Values,
    defined: Vec<i16>,
    repeated: Vec<i16>,
}

enum Values {
    Texts(Vec<ByteArray>),
    Lists(Vec<ByteArray>),
    Numbers(Vec<i64>),
    Scores(Vec<f32>),
    Flags(Vec<bool>),
    /// Days since 1970-01-01.
    Days(Vec<i32>),
}

impl Column {
    fn new(value_type: FieldType) -> Self {
        let values = match value_type {
            FieldType::Text | FieldType::Object => Values::Texts(Vec::new()),
            FieldType::List => Values::Lists(Vec::new()),
            FieldType::Number => Values::Numbers(Vec::new()),
            FieldType::Score => Values::Scores(Vec::new()),
            FieldType::Flag => Values::Flags(Vec::new()),
            FieldType::Day => Values::Days(Vec::new()),
        };
        Self { values, defined: Vec::new(), repeated: Vec::new() }
    }

    /// Adds the value of the next row.
    fn add(&mut self, value: &Value<'_>) -> anyhow::Result<()> {
        let is_there = !matches!(value, Value::Nothing);
        match (&mut self.values, value) {
            (Values::Lists(texts), Value::List(list)) => {
                texts.extend(list.iter().map(|text| ByteArray::from(text.as_str())));
                let entries = list.len().max(1);
                self.defined.extend(std::iter::repeat_n(i16::from(!list.is_empty()), entries));
                self.repeated.extend((0..entries).map(|at| i16::from(at > 0)));
                return Ok(());
            }
            (Values::Numbers(numbers), Value::Number(number)) => numbers.push(i64::try_from(*number)?),
            (Values::Scores(scores), Value::Score(score)) => scores.push(*score),
            (Values::Flags(flags), Value::Flag(flag)) => flags.push(*flag),
            (Values::Days(days), Value::Day(day)) => days.push(days_since_epoch(*day)?),
            (Values::Texts(texts), Value::Text(text)) => texts.push(ByteArray::from(text.as_ref())),
            (
                Values::Texts(texts),
                Value::Citations(_) | Value::Partial(_) | Value::Passage(_) | Value::Explanation(_),
            ) => texts.push(ByteArray::from(serde_json::to_string(value)?.as_str())),
            (_, Value::Nothing) => {}
            (_, other) => anyhow::bail!("a value is of another type than index-schema/output.toml says: {other:?}"),
        }
        self.defined.push(i16::from(is_there));
        self.repeated.push(0);
        Ok(())
    }

    fn write(self, writer: &mut SerializedColumnWriter<'_>) -> anyhow::Result<()> {
        let defined = Some(self.defined.as_slice());
        match self.values {
            Values::Texts(texts) => writer.typed::<ByteArrayType>().write_batch(&texts, defined, None)?,
            Values::Lists(texts) => {
                writer.typed::<ByteArrayType>().write_batch(&texts, defined, Some(&self.repeated))?
            }
            Values::Numbers(numbers) => writer.typed::<Int64Type>().write_batch(&numbers, defined, None)?,
            Values::Scores(scores) => writer.typed::<FloatType>().write_batch(&scores, defined, None)?,
            Values::Flags(flags) => writer.typed::<BoolType>().write_batch(&flags, defined, None)?,
            Values::Days(days) => writer.typed::<Int32Type>().write_batch(&days, defined, None)?,
        };
        Ok(())
    }
}

fn days_since_epoch(day: Date) -> anyhow::Result<i32> {
    Ok(date(1970, 1, 1).until(day)?.get_days())
}
