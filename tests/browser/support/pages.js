// Every kind of page, by what it is.

const ONE = "CM14-9000202%231";

export const PAGES = {
  start: "/",
  search: "/search?q=upheld+benzodiazepine+decisions+citing+page+24",
  all: "/search?sort=-date&offset=10",
  grouped: "/search?q=outcome%3Aupheld&group=letter&collapse=true&explain=true",
  nothing: "/search?q=overturned+xanax+citing+page+24",
  facet: "/facets?facet=specialty&facet=class%2Fdrug",
  letter: "/letters/CM17-9001502?q=surgery",
  "letter of unknown form": "/letters/unknown-form",
  decision: `/decisions/${ONE}`,
  hit: `/decisions/${ONE}?q=upheld+benzodiazepine+decisions+citing+page+24&at=1`,
  similar: `/similar/${ONE}`,
  counter: "/counter/seed-five-issues%231",
  citations: "/cites",
  guideline: "/cites/MTUS%20Chronic%20Pain%20Medical%20Treatment",
  place: "/cites/MTUS%20Chronic%20Pain%20Medical%20Treatment/24",
  statistics: "/stats?by=category&min_n=3",
  "statistics by year": "/stats?by=category&over=year&min_n=3",
  help: "/help",
  "wrong query": "/search?q=mri+outcom%3Aupheld",
  "no such page": "/nowhere",
};
