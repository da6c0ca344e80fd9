//! Places inside places.

use std::collections::HashSet;

use crate::model::{Item, Programme, Site};

/// A site and every larger place it is part of, from the inside out; a circle is gone round once.
pub fn chain<'p>(programme: &'p Programme, site: &str) -> Vec<&'p Item<Site>> {
    let (mut chain, mut seen) = (Vec::new(), HashSet::new());
    let mut next = programme.sites.get(site);
    while let Some(site) = next.filter(|site| seen.insert(&site.id)) {
        chain.push(site);
        let within = site.within.as_ref();
        next = within.and_then(|within| programme.sites.get(within.as_str()));
    }
    chain
}

/// Whether one site is another, or lies in it: the loss of the other takes it along.
pub fn is_lost_with(programme: &Programme, site: &str, other: &str) -> bool {
    site == other || lies_in(&chain(programme, site), other)
}

fn lies_in(chain: &[&Item<Site>], other: &str) -> bool {
    let outermost = chain.last().and_then(|site| site.within.as_ref());
    // Where places lie inside each other nothing follows; `site-within-itself` complains of that.
    let circular = outermost.is_some_and(|within| chain.iter().any(|site| site.id == *within));
    !circular && chain.iter().any(|site| site.id.as_str() == other)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::load::testing::plan;

    fn is_lost(sites: &str, site: &str, other: &str) -> bool {
        is_lost_with(&plan(sites).programme, site, other)
    }

    #[test]
    fn the_rack_is_lost_with_the_region_and_not_the_region_with_the_rack() {
        let sites = "sites:
  - {id: rack, name: Rack, kind: data-centre, within: hall}
  - {id: hall, name: Hall, kind: data-centre, within: region}
  - {id: region, name: Region, kind: region}";
        assert!(is_lost(sites, "rack", "rack"));
        assert!(is_lost(sites, "rack", "region"));
        assert!(!is_lost(sites, "region", "rack"));
    }

    #[test]
    fn nothing_follows_from_places_that_lie_inside_each_other() {
        let sites = "sites:
  - {id: hall, name: Hall, kind: data-centre, within: region}
  - {id: region, name: Region, kind: region, within: hall}";
        assert!(!is_lost(sites, "hall", "region"));
        assert!(is_lost(sites, "hall", "hall"));
    }
}
