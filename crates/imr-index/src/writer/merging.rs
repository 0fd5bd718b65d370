//! Which segments are joined.

use tantivy::SegmentMeta;
use tantivy::indexer::{MergeCandidate, MergePolicy};
use tantivy::merge_policy::LogMergePolicy;

/// So many threads join segments.
pub(super) const MERGE_THREADS: usize = 2;

/// Segments of more documents are not joined: their merging would take memory and time without end, and a query is
/// answered as fast from some of this size as from one.
const LARGE_SEGMENT: usize = 250_000;

/// While letters come: eight segments of about one size are joined to one, on processors that read meanwhile.
pub(super) fn by_size() -> LogMergePolicy {
    let mut policy = LogMergePolicy::default();
    policy.set_max_docs_before_merge(LARGE_SEGMENT);
    policy
}

/// Behind the last letter of a run nothing else is done: what is to be joined is divided among all threads.
#[derive(Debug)]
pub(super) struct Divided(pub(super) LogMergePolicy);

/// So many documents are joined in less time than is worth a second segment.
const FEW_DOCUMENTS: usize = 20_000;

impl MergePolicy for Divided {
    fn compute_merge_candidates(&self, segments: &[SegmentMeta]) -> Vec<MergeCandidate> {
        let merges = self.0.compute_merge_candidates(segments);
        if merges.len() >= MERGE_THREADS {
            return merges;
        }
        let documents = |merge: &MergeCandidate| -> usize {
            let joined = segments.iter().filter(|segment| merge.0.contains(&segment.id()));
            joined.map(|segment| segment.num_docs() as usize).sum()
        };
        merges
            .into_iter()
            .flat_map(|merge| if documents(&merge) < FEW_DOCUMENTS { vec![merge] } else { halves(&merge) })
            .collect()
    }
}

/// A merge as one for each thread. Its segments stand in the order of their sizes, and are dealt out.
fn halves(merge: &MergeCandidate) -> Vec<MergeCandidate> {
    let part = |first| merge.0.iter().skip(first).step_by(MERGE_THREADS).copied().collect();
    (0..MERGE_THREADS).map(|first| MergeCandidate(part(first))).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use tantivy::Index;
    use tantivy::index::SegmentId;
    use tantivy::schema::Schema;

    use super::*;

    #[test]
    fn the_last_merge_is_divided_if_it_is_large() {
        let index = Index::create_in_ram(Schema::builder().build());
        for (name, sizes, want) in [
            ("few segments", vec![9_000; 7], vec![]),
            ("small segments", vec![700; 9], vec![9]),
            ("larger segments", vec![5_000; 9], vec![5, 4]),
            ("two merges", [vec![100_000; 8], vec![5_000; 8]].concat(), vec![8, 8]),
            ("large segments", vec![300_000; 9], vec![]),
        ] {
            let segments: Vec<SegmentMeta> =
                sizes.iter().map(|size| index.new_segment_meta(SegmentId::generate_random(), *size)).collect();
            let merges = Divided(by_size()).compute_merge_candidates(&segments);
            let lengths: Vec<usize> = merges.iter().map(|merge| merge.0.len()).collect();
            assert_eq!(lengths, want, "case: {name}");
            let joined: BTreeSet<SegmentId> = merges.into_iter().flat_map(|merge| merge.0).collect();
            assert_eq!(joined.len(), want.iter().sum::<usize>(), "case: {name}: each segment is joined once");
        }
    }
}
