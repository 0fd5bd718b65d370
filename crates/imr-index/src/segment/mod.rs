//! Documents to a segment of the index.
//!
//! The engine can do this itself. Its way asks a table of all terms for each word of each field, and compares the bytes of
//! what it finds: half of the time of indexing. Ours asks once for each word whatever its field, as it is printed, and
//! orders postings when the segment is written. Columns, stored documents and the files are the engine's: what is written is
//! the same, byte by byte.

mod terms;
mod text;
mod values;

use tantivy::directory::TerminatingWrite;
use tantivy::fastfield::FastFieldsWriter;
use tantivy::fieldnorm::{FieldNormReaders, FieldNormsSerializer, FieldNormsWriter};
use tantivy::index::{Segment, SegmentComponent};
use tantivy::postings::InvertedIndexSerializer;
use tantivy::schema::{Field, FieldEntry, FieldType, Schema, Value};
use tantivy::store::StoreWriter;
use tantivy::{DocId, Index, SegmentMeta, TantivyDocument};

use self::terms::Terms;
use self::text::TextPostings;
use self::values::{Analysis, ValuePostings};
use crate::analysis::{KEYWORD_TOKENIZER, TEXT_TOKENIZER};

/// Builds one segment behind the other. What it knows of words, and its tables, serve all of them.
pub(crate) struct SegmentBuilder {
    index: Index,
    schema: Schema,
    terms: Terms,
    /// One for each field of the schema.
    postings: Vec<Postings>,
    /// There from the first document of a segment on.
    open: Option<OpenSegment>,
}

/// What the engine makes of the segment that is being built.
struct OpenSegment {
    /// As long as it is there, the engine keeps its files.
    segment: Segment,
    documents: DocId,
    lengths: FieldNormsWriter,
    columns: FastFieldsWriter,
    store: StoreWriter,
}

/// More terms are forgotten when a segment is whole: misprints and numbers are endless.
const MOST_TERMS: usize = 100_000;

/// The postings of a field.
enum Postings {
    None,
    Text(TextPostings),
    Values(ValuePostings),
}

impl SegmentBuilder {
    /// Builds segments of an index; they become a part of it when the writer is given what [`finish`](Self::finish) returns.
    pub(crate) fn new(index: &Index) -> Self {
        let schema = index.schema();
        let postings = schema.fields().map(|(_, field)| Postings::of(field)).collect();
        Self { index: index.clone(), schema, terms: Terms::default(), postings, open: None }
    }

    /// Adds a document.
    pub(crate) fn add(&mut self, document: &TantivyDocument) -> tantivy::Result<()> {
        let open = match &mut self.open {
            Some(open) => open,
            None => self.open.insert(OpenSegment::new(&self.index, &self.schema)?),
        };
        for (field, value) in document.field_values() {
            let Some(text) = value.as_str() else { continue };
            match &mut self.postings[field.field_id() as usize] {
                Postings::None => {}
                Postings::Text(postings) => postings.add(open.documents, text, &mut self.terms),
                Postings::Values(postings) => postings.add(open.documents, text),
            }
        }
        open.keep_lengths(&mut self.postings);
        open.columns.add_document(document)?;
        open.store.store(document, &self.schema)?;
        open.documents += 1;
        Ok(())
    }

    /// How much memory the segment takes, in bytes, up to its being written, which is done field by field.
    pub(crate) fn bytes(&self) -> usize {
        let postings: usize = self.postings.iter().map(Postings::bytes).sum();
        let to_write = self.postings.iter().map(Postings::bytes_to_write).max().unwrap_or(0);
        postings + to_write + self.open.as_ref().map_or(0, OpenSegment::bytes)
    }

    /// Writes the segment, if a document was added to it.
    pub(crate) fn finish(&mut self) -> tantivy::Result<Option<SegmentMeta>> {
        let Some(mut open) = self.open.take() else { return Ok(None) };
        open.write_lengths()?;
        self.write_postings(&open.segment)?;
        self.postings.iter_mut().for_each(Postings::clear);
        if self.terms.len() > MOST_TERMS {
            self.terms = Terms::default();
        }
        open.finish().map(Some)
    }

    fn write_postings(&self, segment: &Segment) -> tantivy::Result<()> {
        let lengths = FieldNormReaders::open(segment.open_read(SegmentComponent::FieldNorms)?)?;
        let mut serializer = InvertedIndexSerializer::open(segment)?;
        let sorted = self.terms.sorted();
        for (field, postings) in (0..).map(Field::from_field_id).zip(&self.postings) {
            let total = postings.total();
            if total == 0 {
                continue;
            }
            let mut to = serializer.new_field(field, total, lengths.get_field(field)?)?;
            match postings {
                Postings::None => {}
                Postings::Text(postings) => postings.write(&self.terms, &sorted, &mut to)?,
                Postings::Values(postings) => postings.write(&mut to)?,
            }
            to.close()?;
        }
        Ok(serializer.close()?)
    }
}

impl OpenSegment {
    fn new(index: &Index, schema: &Schema) -> tantivy::Result<Self> {
        let (segment, settings) = (index.new_segment(), index.settings());
        let store = segment.open_write(SegmentComponent::Store)?;
        let store = StoreWriter::new(store, settings.docstore_compression, settings.docstore_blocksize, false)?;
        let tokenizers = index.fast_field_tokenizer().clone();
        Ok(Self {
            segment,
            documents: 0,
            lengths: FieldNormsWriter::for_schema(schema),
            columns: FastFieldsWriter::from_schema_and_tokenizer_manager(schema, tokenizers)?,
            store,
        })
    }

    fn keep_lengths(&mut self, postings: &mut [Postings]) {
        for (field, postings) in (0..).map(Field::from_field_id).zip(postings) {
            let Postings::Text(postings) = postings else { continue };
            if let Some(length) = postings.end_document(self.documents) {
                self.lengths.record(self.documents, field, length);
            }
        }
    }

    fn bytes(&self) -> usize {
        self.columns.mem_usage() + self.store.mem_usage()
    }

    fn write_lengths(&mut self) -> tantivy::Result<()> {
        self.lengths.fill_up_to_max_doc(self.documents);
        let serializer = FieldNormsSerializer::from_write(self.segment.open_write(SegmentComponent::FieldNorms)?)?;
        Ok(self.lengths.serialize(serializer, None)?)
    }

    fn finish(mut self) -> tantivy::Result<SegmentMeta> {
        let mut columns = self.segment.open_write(SegmentComponent::FastFields)?;
        self.columns.serialize(&mut columns, None)?;
        columns.terminate()?;
        self.store.close()?;
        Ok(self.segment.with_max_doc(self.documents).meta().clone())
    }
}

impl Postings {
    fn of(field: &FieldEntry) -> Self {
        let FieldType::Str(options) = field.field_type() else { return Self::None };
        let Some(indexing) = options.get_indexing_options() else { return Self::None };
        match indexing.tokenizer() {
            TEXT_TOKENIZER => Self::Text(TextPostings::default()),
            KEYWORD_TOKENIZER => Self::Values(ValuePostings::new(Analysis::Folded)),
            _ => Self::Values(ValuePostings::new(Analysis::AsItIs)),
        }
    }

    fn bytes(&self) -> usize {
        match self {
            Self::None => 0,
            Self::Text(postings) => postings.bytes(),
            Self::Values(postings) => postings.bytes(),
        }
    }

    fn bytes_to_write(&self) -> usize {
        match self {
            Self::Text(postings) => postings.bytes_to_write(),
            Self::None | Self::Values(_) => 0,
        }
    }

    /// Begins with the next segment.
    fn clear(&mut self) {
        match self {
            Self::None => {}
            Self::Text(postings) => postings.clear(),
            Self::Values(postings) => postings.clear(),
        }
    }

    fn total(&self) -> u64 {
        match self {
            Self::None => 0,
            Self::Text(postings) => postings.total(),
            Self::Values(postings) => postings.total(),
        }
    }
}

#[cfg(test)]
mod tests {
    use imr_model::{Citation, Citations, Concepts, Decision, Family, Letter};
    use proptest::prelude::*;
    use tantivy::IndexSettings;

    use super::*;
    use crate::analysis::{KeywordTokenizer, TextTokenizer};
    use crate::document::documents;
    use crate::schema::{Fields, Schema as OurSchema};

    fn index(fields: &Fields) -> Index {
        let settings = IndexSettings { docstore_compress_dedicated_thread: false, ..IndexSettings::default() };
        let index = Index::builder().schema(fields.tantivy.clone()).settings(settings).create_in_ram().unwrap();
        index.tokenizers().register(TEXT_TOKENIZER, TextTokenizer);
        index.tokenizers().register(KEYWORD_TOKENIZER, KeywordTokenizer);
        index
    }

    /// The files of a segment.
    fn files(index: &Index, meta: &SegmentMeta) -> Vec<Vec<u8>> {
        use SegmentComponent::{FastFields, FieldNorms, Positions, Postings, Store, Terms};
        let segment = index.segment(meta.clone());
        let read = |component| segment.open_read(component).unwrap().read_bytes().unwrap().to_vec();
        [Terms, Postings, Positions, FieldNorms, FastFields, Store].map(read).to_vec()
    }

    fn by_the_engine(fields: &Fields, documents: &[TantivyDocument]) -> Vec<Vec<u8>> {
        let index = index(fields);
        let mut writer = index.writer_with_num_threads(1, 50_000_000).unwrap();
        for document in documents {
            writer.add_document(document.clone()).unwrap();
        }
        writer.commit().unwrap();
        files(&index, &index.searchable_segment_metas().unwrap()[0])
    }

    fn by_us(builder: &mut SegmentBuilder, documents: &[TantivyDocument]) -> Vec<Vec<u8>> {
        documents.iter().for_each(|document| builder.add(document).unwrap());
        let segment = builder.finish().unwrap().unwrap();
        files(&builder.index, &segment)
    }

    fn letter(number: usize, texts: &[String]) -> Letter {
        let text = |at: usize| texts[(number + at) % texts.len()].clone();
        let mut letter = Letter::new(format!("L{number}"), format!("{number}.txt"));
        (letter.digest, letter.clinical_summary) = (format!("{number:x}"), Some(text(0)));
        let sections = vec![text(2), text(3), text(2)];
        let citation = Citation { sections, ..Citation::new(Family::Mtus, text(1)) };
        letter.decisions = (1..=number % 4)
            .map(|n| Decision {
                n,
                treatment: text(n),
                eligible_portion: None,
                outcome: None,
                administrator_guideline: None,
                reviewer_guideline: Some(text(n + 4)),
                citations: Citations { reviewer: vec![citation.clone()], ..Citations::default() },
                rationale: Some(text(n + 5)),
                concepts: Concepts { drugs: vec![text(6), text(7)], ..Concepts::default() },
            })
            .collect();
        letter
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]

        #[test]
        fn segments_are_those_of_the_engine(
            texts in prop::collection::vec("([Ww]ean(s|ing|ed)?|x-rays?|re-Read|10mg|\u{e9}t\u{e9}|tests?|[a-c]{1,3}|[ .\n-]{1,3}| ){0,40}", 9..20),
            letters in 1_usize..300,
        ) {
            let fields = Fields::new(OurSchema::shared());
            let documents: Vec<TantivyDocument> =
                (0..letters).flat_map(|number| documents(&fields, &letter(number, &texts))).collect();
            let mut builder = SegmentBuilder::new(&index(&fields));
            // What is known of one segment must not show in the next.
            for documents in [documents.as_slice(), &documents[documents.len() / 2..]] {
                prop_assert!(by_us(&mut builder, documents) == by_the_engine(&fields, documents));
            }
            prop_assert!(builder.finish().unwrap().is_none());
        }
    }
}
