//! A compact adjacency: for each node the numbers of its edges, in two arrays.
//!
//! Every analysis walks it from end to end, so its parts lie side by side in memory.

/// A node, by its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ix(pub u32);

impl Ix {
    /// As an index into an array with one entry for each node.
    pub fn at(self) -> usize {
        self.0 as usize
    }
}

/// For each node the numbers of its edges.
#[derive(Debug, Default)]
pub struct Adjacency {
    starts: Vec<u32>,
    edges: Vec<u32>,
}

impl Adjacency {
    /// Sorts edges by the node each belongs to; `ends` gives that node for edge 0, 1, 2, …
    pub fn new(nodes: usize, ends: impl Iterator<Item = Ix> + Clone) -> Self {
        let mut starts = vec![0u32; nodes + 1];
        for end in ends.clone() {
            starts[end.at() + 1] += 1;
        }
        for node in 0..nodes {
            starts[node + 1] += starts[node];
        }
        let mut edges = vec![0; starts[nodes] as usize];
        let mut next = starts.clone();
        for (edge, end) in (0u32..).zip(ends) {
            let slot = &mut next[end.at()];
            edges[*slot as usize] = edge;
            *slot += 1;
        }
        Adjacency { starts, edges }
    }

    /// The numbers of a node's edges, in the order in which they were given.
    pub fn at(&self, node: Ix) -> &[u32] {
        let (start, end) = (self.starts[node.at()], self.starts[node.at() + 1]);
        &self.edges[start as usize..end as usize]
    }
}

/// For each of a row of things a list of numbers, in two arrays.
#[derive(Debug)]
pub struct Lists {
    ends: Vec<u32>,
    values: Vec<u32>,
}

impl Lists {
    /// Puts lists behind one another.
    pub fn new<L: IntoIterator<Item = u32>>(lists: impl Iterator<Item = L>) -> Self {
        let (mut ends, mut values) = (Vec::new(), Vec::new());
        for list in lists {
            values.extend(list);
            ends.push(u32::try_from(values.len()).expect("fewer than four thousand million"));
        }
        Lists { ends, values }
    }

    /// One of the lists.
    pub fn at(&self, place: usize) -> &[u32] {
        let start = place.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.values[start as usize..self.ends[place] as usize]
    }

    /// How many lists there are.
    pub fn count(&self) -> usize {
        self.ends.len()
    }

    /// The lists the other way round: for each number the places of the lists it stands in.
    ///
    /// Every number must be less than the count of lists.
    #[must_use]
    pub fn transposed(&self) -> Self {
        let mut ends = vec![0u32; self.count()];
        for value in &self.values {
            ends[*value as usize] += 1;
        }
        let mut sum = 0;
        for end in &mut ends {
            // For now where each list starts; filling it moves that to where it ends.
            sum += std::mem::replace(end, sum);
        }
        let mut values = vec![0; self.values.len()];
        for (place, number) in (0..self.count()).zip(0u32..) {
            for value in self.at(place) {
                let end = &mut ends[*value as usize];
                values[*end as usize] = number;
                *end += 1;
            }
        }
        Lists { ends, values }
    }
}
