//! An ordered collection; none or one item needs no memory of its own.

use super::Value;

/// The result of an expression.
#[derive(Clone, Debug, Default)]
pub enum Collection<'t> {
    /// `{}`
    #[default]
    Empty,
    /// One item.
    One(Value<'t>),
    /// Any number of items.
    Many(Vec<Value<'t>>),
}

impl<'t> Collection<'t> {
    /// The items.
    pub fn as_slice(&self) -> &[Value<'t>] {
        match self {
            Self::Empty => &[],
            Self::One(value) => std::slice::from_ref(value),
            Self::Many(values) => values,
        }
    }

    /// Adds an item at the end.
    pub fn push(&mut self, value: Value<'t>) {
        if let Self::Many(values) = self {
            values.push(value);
            return;
        }
        *self = match std::mem::take(self) {
            Self::One(first) => {
                let mut values = Vec::with_capacity(8);
                values.extend([first, value]);
                Self::Many(values)
            }
            _ => Self::One(value),
        };
    }

    /// How many items there are.
    pub fn len(&self) -> usize {
        self.as_slice().len()
    }

    /// True if there is none.
    pub fn is_empty(&self) -> bool {
        self.as_slice().is_empty()
    }

    /// The items, as a list of their own.
    pub fn into_vec(self) -> Vec<Value<'t>> {
        match self {
            Self::Empty => Vec::new(),
            Self::One(value) => vec![value],
            Self::Many(values) => values,
        }
    }

    /// A copy of these items.
    pub(in crate::fhirpath) fn of(values: &[Value<'t>]) -> Self {
        match values {
            [] => Self::Empty,
            [value] => Self::One(value.clone()),
            values => Self::Many(values.to_vec()),
        }
    }
}

impl<'t> From<Option<Value<'t>>> for Collection<'t> {
    fn from(value: Option<Value<'t>>) -> Self {
        value.map_or(Self::Empty, Self::One)
    }
}

impl<'t> From<Value<'t>> for Collection<'t> {
    fn from(value: Value<'t>) -> Self {
        Self::One(value)
    }
}

impl<'t> Extend<Value<'t>> for Collection<'t> {
    fn extend<I: IntoIterator<Item = Value<'t>>>(&mut self, values: I) {
        for value in values {
            self.push(value);
        }
    }
}

impl<'t> FromIterator<Value<'t>> for Collection<'t> {
    fn from_iter<I: IntoIterator<Item = Value<'t>>>(values: I) -> Self {
        let mut all = Self::Empty;
        all.extend(values);
        all
    }
}

impl<'t> IntoIterator for Collection<'t> {
    type Item = Value<'t>;
    type IntoIter =
        std::iter::Chain<std::option::IntoIter<Value<'t>>, std::vec::IntoIter<Value<'t>>>;

    fn into_iter(self) -> Self::IntoIter {
        let (first, rest) = match self {
            Self::Empty => (None, Vec::new()),
            Self::One(value) => (Some(value), Vec::new()),
            Self::Many(values) => (None, values),
        };
        first.into_iter().chain(rest)
    }
}
