//! Functions of the caller, for expressions: `name.initials('.')`.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use crate::fhirpath::{Collection, Value};

/// What a function gives: values, or one sentence for why not.
type Given = Result<Vec<Value<'static>>, String>;
type Function = Arc<dyn Fn(&[Value<'_>], &[Collection<'_>]) -> Given + Send + Sync>;

/// Functions that expressions of a caller may use beside those of FHIRPath, by name. Each is given its whole input
/// and the values of its arguments.
///
/// ```
/// use fhirkiln::engine::{Engine, EvaluateOptions, Functions};
/// use fhirkiln::fhirpath::Value;
///
/// let functions = Functions::default().with("size", |input, _| {
///     Ok(vec![Value::Integer(input.len() as i32)])
/// });
/// let engine = Engine::default();
/// let expression = engine.compile_with("(1 | 2).size()", &functions)?;
/// let found = engine.evaluate(&expression, "{}", &EvaluateOptions::default())?;
/// assert_eq!(found.values[0].value, "2");
/// # Ok::<(), fhirkiln::engine::Error>(())
/// ```
#[derive(Clone, Default)]
pub struct Functions(BTreeMap<Box<str>, Function>);

impl Functions {
    /// Adds a function. One of FHIRPath cannot be replaced: one with its name is never called.
    #[must_use]
    pub fn with(
        mut self,
        name: &str,
        function: impl Fn(&[Value<'_>], &[Collection<'_>]) -> Given + Send + Sync + 'static,
    ) -> Self {
        self.0.insert(name.into(), Arc::new(function));
        self
    }

    /// What a function gives that answers in JSON: a string, a number, a boolean, `null`, or an array of them.
    ///
    /// # Errors
    /// It is none of these.
    pub fn values_of_json(json: &str) -> Result<Vec<Value<'static>>, String> {
        let json = serde_json::from_str(json).map_err(|error| error.to_string())?;
        super::variable(&json).map_err(|_| {
            "it may give a string, a number, a boolean, or an array of them".to_owned()
        })
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    pub(super) fn call(
        &self,
        name: &str,
        input: &[Value<'_>],
        arguments: &[Collection<'_>],
    ) -> Option<Given> {
        Some(self.0.get(name)?(input, arguments))
    }
}

impl fmt::Debug for Functions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}
