//! The drugs of a request, with their classes.

use std::ops::Range;
use std::sync::LazyLock;

use imr_model::Medication;
use imr_vocabulary::{DoseForm, Drug, Procedure, Rank, Route, dose_forms, drugs};
use regex::Regex;

use super::procedure::Mention as Service;
use super::{before, is_ruled_out, quantity};
use crate::text::regex;

/// What a request orders.
#[derive(Default)]
pub(super) struct Medications {
    /// Generic names, in the order of the request, each once.
    pub(super) ingredients: Vec<String>,
    /// Their drug classes.
    pub(super) classes: Vec<String>,
    /// Other classes that can be defended for them.
    pub(super) other_classes: Vec<String>,
    /// Each drug as it is ordered.
    pub(super) ordered: Vec<Medication>,
    /// They are ordered before any other service, and not as a part of it.
    pub(super) come_first: bool,
}

impl Medications {
    pub(super) fn is_empty(&self) -> bool {
        self.ordered.is_empty()
    }
}

/// A drug's name in a request.
struct Mention {
    range: Range<usize>,
    drug: &'static Drug,
}

/// One order: the names of one drug or of the parts of one mixture, with the words around them.
struct Order<'r> {
    request: &'r str,
    mentions: Vec<Mention>,
    /// Where it stands in the request.
    range: Range<usize>,
    /// Nothing that is injected lies on the skin.
    is_injected: bool,
}

impl<'r> Order<'r> {
    fn text(&self) -> &'r str {
        &self.request[self.range.clone()]
    }

    /// The dosage form that it names, beside the names of drugs: `Soma Compound` is a tablet. The name of a product that
    /// is known by its form (`Lidoderm patch`) tells it where no other word does.
    fn form(&self) -> Option<&'static DoseForm> {
        let mut outside = String::new();
        let mut from = self.range.start;
        for mention in &self.mentions {
            outside += &self.request[from..mention.range.start];
            outside.push('|');
            from = mention.range.end;
        }
        outside += &self.request[from..self.range.end];
        form(&outside).or_else(|| {
            let product = self.mentions.iter().find(|mention| mention.drug.class_is_by_form)?;
            form(&self.request[product.range.clone()])
        })
    }

    /// Whether a strength in percent stands behind a name.
    fn has_percent(&self) -> bool {
        static PERCENT: LazyLock<Regex> = LazyLock::new(|| regex(r"^[^,;#%]{0,25}?\d\s?%"));
        self.mentions.iter().any(|mention| PERCENT.is_match(&self.request[mention.range.end..self.range.end]))
    }

    /// The words between a name and the one before it.
    fn before(&self, index: usize) -> Option<&'r str> {
        let last = self.mentions.get(index.checked_sub(1)?)?;
        Some(&self.request[last.range.end..self.mentions[index].range.start])
    }
}

/// Reads the drugs of a request whose procedure is known. The texts of a partly authorized request order the same thing
/// twice: what an earlier text orders is not ordered again.
pub(super) fn read<'t>(
    texts: impl IntoIterator<Item = &'t str>,
    procedure: Option<&Procedure>,
    services: &[Service],
) -> Medications {
    let is_injected = procedure.is_some_and(|procedure| procedure.category == "Injection");
    let mut medications = Medications::default();
    for (number, text) in texts.into_iter().enumerate() {
        let earlier = medications.ordered.clone();
        for order in orders(text, is_injected).iter().filter(|order| is_ordered(order, procedure)) {
            let form = order.form();
            let mut new = ordered(order, form);
            new.retain(|medication| earlier.iter().all(|known| known.ingredients != medication.ingredients));
            if number == 0 && medications.ordered.is_empty() {
                medications.come_first = comes_first(order, services);
            }
            medications.ordered.extend(new);
            for drug in order.mentions.iter().map(|mention| mention.drug) {
                drug.also.iter().chain(&drug.class).for_each(|class| push_new(&mut medications.other_classes, class));
            }
        }
    }
    for medication in &medications.ordered {
        medication.ingredients.iter().for_each(|ingredient| push_new(&mut medications.ingredients, ingredient));
        medication.class.iter().for_each(|class| push_new(&mut medications.classes, class));
    }
    medications.other_classes.retain(|class| !medications.classes.contains(class));
    medications
}

/// Whether an order stands before every service that is named, with a comma, an `and` or a `before` between.
fn comes_first(order: &Order<'_>, services: &[Service]) -> bool {
    static APART: LazyLock<Regex> = LazyLock::new(|| regex(r"(?i)[,;.]\s|\b(?:and|before|prior\s+to|plus)\b|&"));
    let Some(last) = order.mentions.last() else { return false };
    let first = services.iter().find(|service| service.procedure.rank == Rank::Specific);
    first.is_some_and(|first| {
        first.procedure.category != "Injection"
            && order.request.get(last.range.end..first.range.start).is_some_and(|between| APART.is_match(between))
    })
}

/// Whether the drugs of an order are in dispute. What a laboratory test looks for and what a visit or program is about is
/// not.
fn is_ordered(order: &Order<'_>, procedure: Option<&Procedure>) -> bool {
    static SUBJECT: LazyLock<Regex> = LazyLock::new(|| {
        regex(r"(?i)\b(?:for|of|from|off|on|about|regarding|re|to|with|manage(?:ment)?|discuss)\s+(?:\w+\s+){0,2}$")
    });
    static SUBJECT_BEHIND: LazyLock<Regex> = LazyLock::new(|| {
        regex(
            r"(?i)^\W*(?:\w+\s+)?(?:wean(?:ing)?|taper(?:ing)?|detox\w*|maintenance|program|clinic|levels?|management|monitoring|therapy|treatment)\b",
        )
    });
    let (Some(first), Some(last)) = (order.mentions.first(), order.mentions.last()) else { return false };
    let Some(procedure) = procedure else { return true };
    let is_subject = || {
        SUBJECT.is_match(before(order.request, first.range.start))
            || SUBJECT_BEHIND.is_match(&order.request[last.range.end..order.range.end])
    };
    match (procedure.category.as_str(), procedure.subcategory.as_deref()) {
        ("Pharmaceuticals" | "Injection" | "DMEPOS", _) => true,
        (_, Some("Lab & Pathology")) => is_dosed(order.text()),
        ("Surgery", subcategory) if subcategory != Some("Surgical Consult") => true,
        _ => is_dosed(order.text()) || order.form().is_some() || !is_subject(),
    }
}

fn is_dosed(text: &str) -> bool {
    static DOSE: LazyLock<Regex> =
        LazyLock::new(|| regex(r"(?i)\d\s*(?:mg|mcg|ml|gm|grams?|units?|%)\b|\d\s*%|#\s*\d"));
    DOSE.is_match(text)
}

/// Divides a request into its orders.
fn orders(request: &str, is_injected: bool) -> Vec<Order<'_>> {
    let mentions: Vec<Mention> = drugs()
        .find(request)
        .filter(|(range, _)| !is_ruled_out(request, range.start))
        .map(|(range, drug)| Mention { range, drug })
        .collect();
    let mut orders: Vec<Order<'_>> = Vec::new();
    let mut from = 0;
    let mut open: Vec<Mention> = Vec::new();
    // Whether the words before the first name of the open order call it a compound; looked up once.
    let mut is_compound = None;
    let order = |mentions, range| Order { request, mentions, range, is_injected };
    for mention in mentions {
        if let (Some(first), Some(last)) = (open.first(), open.last()) {
            let gap = last.range.end..mention.range.start;
            let lead = from..first.range.start;
            let mut is_compound_order = || {
                *is_compound.get_or_insert_with(|| {
                    form(&request[lead.clone()]).is_some_and(|form| form.route == Route::Compound)
                })
            };
            if !joins(&request[gap.clone()], &mut is_compound_order) {
                is_compound = None;
                let cut = gap.start + cut(&request[gap]);
                orders.push(order(std::mem::take(&mut open), from..cut));
                from = cut;
            }
        }
        open.push(mention);
    }
    if !open.is_empty() {
        orders.push(order(open, from..request.len()));
    }
    orders
}

/// Whether the words between two drug names join them into one order: a slash, a salt, a bracket do, and in mixtures (with
/// percentages, or called a compound before) commas. A dose or an amount parts them.
fn joins(between: &str, is_compound: &mut dyn FnMut() -> bool) -> bool {
    static DOSE: LazyLock<Regex> = LazyLock::new(|| {
        regex(
            r"(?xi) \d \s* (?:mg|mcg|ml|gm|grams?|g|units?) \b | [\#;] | \b (?: qty | quantity | refills? | patch(?:es)? | tablets? | tabs?
              | capsules? | caps? | ointment | gel | cream | daily | bid | tid | prn | or | for | as ) \b",
        )
    });
    static LIST: LazyLock<Regex> = LazyLock::new(|| regex(r"(?i),|&|\band\b"));
    if between.contains('%') && !between.contains(['#', ';']) {
        return !ends_mixture(between);
    }
    if DOSE.is_match(between) {
        return false;
    }
    !LIST.is_match(between) || is_compound()
}

/// Whether one mixture ends between two percentages, with its weight or form, and another begins.
fn ends_mixture(between: &str) -> bool {
    static END: LazyLock<Regex> = LazyLock::new(|| {
        regex(
            r"(?xi) \d \s* (?:gm|grams?|g|ml|mg) \b .* (?:[,&]|\band\b)
              | \b (?:patch(?:es)?|ointment|gel|cream|tablets?|capsules?) \b .* (?:[,&]|\band\b)",
        )
    });
    END.is_match(between)
}

/// Where the words between two orders are divided: behind the last comma or `and`; what follows leads the next order.
fn cut(between: &str) -> usize {
    static CUT: LazyLock<Regex> = LazyLock::new(|| regex(r"(?i)[,;.&]\s|\band\b|\s-\s"));
    CUT.find_iter(between).last().map_or(between.len(), |found| found.end())
}

/// The dosage form that the words of an order name. A form on the skin tells more than `kit` or `tube`.
fn form(text: &str) -> Option<&'static DoseForm> {
    let forms: Vec<&DoseForm> = dose_forms().find(text).map(|(_, form)| form).collect();
    let on_skin = |wanted: Route| forms.iter().find(|form| form.route == wanted).copied();
    on_skin(Route::Compound).or_else(|| on_skin(Route::Topical)).or_else(|| forms.first().copied())
}

const COMPOUND: &str = "Topical Compounds";
const TOPICAL: &str = "Topical Analgesics";

/// The class of each drug of an order. On the skin the form decides: a mixture of a pharmacy is a topical compound, a manufactured
/// patch or gel a topical analgesic. By mouth the leading agent of a fixed combination decides.
fn classes(order: &Order<'_>, form: Option<&DoseForm>) -> Vec<Option<String>> {
    let route = form.map(|form| form.route);
    let by_percent = route.is_none_or(|route| route == Route::Other) && order.has_percent();
    let is_on_skin = !order.is_injected && (by_percent || matches!(route, Some(Route::Topical | Route::Compound)));
    let has_product_class = order.mentions.iter().any(|mention| mention.drug.class_is_by_form);
    if is_on_skin && !has_product_class {
        let is_mixture = distinct_ingredients(order) > 1;
        let class = |mention: &Mention| {
            if is_mixture { Some(COMPOUND.to_owned()) } else { class_on_skin(mention.drug, route) }
        };
        return order.mentions.iter().map(class).collect();
    }
    let mut classes: Vec<Option<String>> = Vec::new();
    let mut known: Vec<&String> = Vec::new();
    for (index, Mention { drug, .. }) in order.mentions.iter().enumerate() {
        // A brand beside its generic name, and the lesser parts of a fixed combination, have the class of the first.
        let is_known = drug.ingredients.iter().all(|ingredient| known.contains(&ingredient));
        let is_part =
            drug.is_generic() && order.before(index).is_some_and(|between| !between.contains([',', '&', '+', '(']));
        let leading = classes.first().filter(|_| is_known || is_part).cloned();
        classes.push(leading.unwrap_or_else(|| drug.class.clone()));
        known.extend(&drug.ingredients);
    }
    classes
}

/// How many ingredients an order names, a brand beside its generic name once.
fn distinct_ingredients(order: &Order<'_>) -> usize {
    let mut names: Vec<&String> = order.mentions.iter().flat_map(|mention| &mention.drug.ingredients).collect();
    names.sort_unstable();
    names.dedup();
    names.len()
}

/// The class of a single drug on the skin. Only drugs against pain become topical analgesics there: a patch of fentanyl,
/// clonidine or nicotine stays what it is.
fn class_on_skin(drug: &Drug, route: Option<Route>) -> Option<String> {
    let is_mixed = route != Some(Route::Topical);
    let class = match drug.class.as_deref()? {
        "NSAID" | "Local Anesthetics" | "Muscle Relaxant" | "Antiepileptic" | "Antidepressant" | "Misc Analgesics" => {
            if is_mixed {
                COMPOUND
            } else {
                TOPICAL
            }
        }
        "Opioids" if is_mixed => COMPOUND,
        class => class,
    };
    Some(class.to_owned())
}

/// The drugs of an order as they are written, each with its strength; form and amount belong to the order.
fn ordered(order: &Order<'_>, form: Option<&DoseForm>) -> Vec<Medication> {
    static STRENGTH: LazyLock<Regex> = LazyLock::new(|| {
        regex(
            r"(?xi) ^ [^,;\#]{0,30}? (?:^|[^\w.]) ( \d[\d.,]* (?:\s?(?:mg|mcg|%|ml))? (?:\s?[-/]\s?\d[\d.]*){0,3} \s?
              (?: (?:mg|mcg|units?)\s?/\s?(?:ml|hr?|hour) | % | (?:mg|mcg|units?|iu|meq)\b ) )",
        )
    });
    // `Norco 10/325`: a fraction right behind the name needs no unit.
    static FRACTION: LazyLock<Regex> = LazyLock::new(|| regex(r"^\s*(\d[\d.]*/\d[\d.]*)(?:$|[^/\w])"));
    // `Tylenol #3 #60`: the number of a name is no amount.
    let behind = order.mentions.last().map_or("", |last| &order.request[last.range.end..order.range.end]);
    let amount = [behind, order.text()].into_iter().find_map(quantity::of_drugs);
    let strength = |text: &str| {
        let found = STRENGTH.captures(text).or_else(|| FRACTION.captures(text));
        found.map(|found| found[1].to_owned())
    };
    let ends = order.mentions.iter().skip(1).map(|mention| mention.range.start).chain([order.range.end]);
    let medication = |((mention, end), class): ((&Mention, usize), Option<String>)| Medication {
        class,
        name: mention.drug.name.clone(),
        ingredients: mention.drug.ingredients.clone(),
        strength: strength(&order.request[mention.range.end..end]),
        form: form.map(|form| form.name.clone()),
        quantity: amount,
    };
    order.mentions.iter().zip(ends).zip(classes(order, form)).map(medication).collect()
}

fn push_new(list: &mut Vec<String>, item: &str) {
    if list.iter().all(|known| known != item) {
        list.push(item.to_owned());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn drugs_and_classes_of_requests() {
        for (request, ingredients, classes) in [
            ("Norco 10/325mg #60", vec!["hydrocodone", "acetaminophen"], vec!["Opioids"]),
            ("Hydrocodone/APAP 10/325", vec!["hydrocodone", "acetaminophen"], vec!["Opioids"]),
            ("Valium (diazepam) 5mg", vec!["diazepam"], vec!["Benzodiazepines"]),
            ("Naproxen, Omeprazole", vec!["naproxen", "omeprazole"], vec!["NSAID", "Proton Pump Inhibitors"]),
            (
                "Norco 10/325mg #60 and Soma 350mg #30",
                vec!["hydrocodone", "acetaminophen", "carisoprodol"],
                vec!["Opioids", "Muscle Relaxant"],
            ),
            ("Flurbiprofen 20%/Lidocaine 5% 120gm", vec!["flurbiprofen", "lidocaine"], vec![COMPOUND]),
            (
                "Compound cream: baclofen, gabapentin and ketoprofen",
                vec!["baclofen", "gabapentin", "ketoprofen"],
                vec![COMPOUND],
            ),
            ("Ketoprofen 10% cream", vec!["ketoprofen"], vec![COMPOUND]),
            ("Lidocaine 5% ointment", vec!["lidocaine"], vec![TOPICAL]),
            (
                "Lidocaine patch #30, Norco 10/325mg",
                vec!["lidocaine", "hydrocodone", "acetaminophen"],
                vec![TOPICAL, "Opioids"],
            ),
            ("Fentanyl patch 25mcg/hr #10", vec!["fentanyl"], vec!["Opioids"]),
            ("Voltaren 1% gel", vec!["diclofenac"], vec![TOPICAL]),
            ("Norco 10/325mg #60, taper by 10% a week", vec!["hydrocodone", "acetaminophen"], vec!["Opioids"]),
            ("naproxen + omeprazole", vec!["naproxen", "omeprazole"], vec!["NSAID", "Proton Pump Inhibitors"]),
            ("Norco in lieu of Percocet", vec!["hydrocodone", "acetaminophen"], vec!["Opioids"]),
            ("MRI of the lumbar spine", vec![], vec![]),
        ] {
            let found = read([request], None, &[]);
            assert_eq!(
                (&found.ingredients[..], &found.classes[..]),
                (&owned(&ingredients)[..], &owned(&classes)[..]),
                "case: {request}"
            );
        }
    }

    #[test]
    fn strengths_forms_and_amounts() {
        for (request, strength, form, quantity) in [
            ("Norco 10/325mg #60", Some("10/325mg"), None, Some(60)),
            ("Cyclobenzaprine 7.5 mg tablets Qty 60", Some("7.5 mg"), Some("tablet"), Some(60)),
            ("Lidocaine 5% patch #30", Some("5%"), Some("patch"), Some(30)),
            ("Synapryn 10mg/ml oral suspension 500ml", Some("10mg/ml"), Some("oral suspension"), None),
            ("Soma", None, None, None),
            ("Tylenol #3, #60", None, None, Some(60)),
            ("Norco 10/325 #60 x 2 refills", Some("10/325"), None, Some(60)),
        ] {
            let found = read([request], None, &[]).ordered;
            let [medication] = &found[..] else { panic!("case: {request}: {found:?}") };
            let got = (medication.strength.as_deref(), medication.form.as_deref(), medication.quantity);
            assert_eq!(got, (strength, form, quantity), "case: {request}");
        }
    }

    fn owned(list: &[&str]) -> Vec<String> {
        list.iter().map(|item| (*item).to_owned()).collect()
    }
}
