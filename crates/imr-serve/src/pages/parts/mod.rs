//! What pages are made of.

pub(crate) mod beside;
pub(crate) mod card;
pub(crate) mod cite;
pub(crate) mod cited;
pub(crate) mod dates;
pub(crate) mod decision;
pub(crate) mod facet;
pub(crate) mod marked;
pub(crate) mod outcome;
pub(crate) mod paging;
pub(crate) mod rate;
pub(crate) mod reading;
pub(crate) mod search_form;
pub(crate) mod worded;
pub(crate) mod years;
