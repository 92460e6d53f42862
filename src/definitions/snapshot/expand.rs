//! What is below an element, where the base does not say it: the elements of its type, of the profile
//! that the type has, or of the element that `contentReference` names.

use super::generator::Generator;
use super::message::Problem;
use super::node::Node;
use super::value::Object;

impl Generator<'_> {
    /// Gives `node` the elements below it, unless it has them. False where they cannot be known.
    pub(super) fn expand(&mut self, node: &mut Node, diff: &Node, id: &str) -> bool {
        let reference = node.fields.text("contentReference").map(str::to_owned);
        let has_children = !node.children.is_empty();
        if has_children || !node.latent.is_empty() {
            if !has_children {
                node.is_expanded = true;
                node.children = std::mem::take(&mut node.latent);
            }
            return reference
                .is_none_or(|reference| self.refer(node, &reference, diff, id).is_some());
        }
        node.is_expanded = true;
        if let Some(reference) = reference {
            let target = self.refer(node, &reference, diff, id);
            node.children = target.unwrap_or_default();
            return !node.children.is_empty();
        }
        let types: Vec<Object> = node.fields.objects("type").cloned().collect();
        let children = match types.as_slice() {
            [] => return self.is_specialization,
            [only] => self.children_of_type(only, diff, id),
            // Whatever the type is, it has what every element has.
            _ => self.find_type("Element").map(|built| built.root.children.clone()),
        };
        let Some(children) = children else {
            let code = types.first().and_then(|entry| entry.text("code")).unwrap_or_default();
            self.report(Problem::UnknownType(code.to_owned()), diff.index, id);
            return false;
        };
        node.children = children;
        true
    }

    fn children_of_type(&mut self, only: &Object, diff: &Node, id: &str) -> Option<Vec<Node>> {
        if let [profile] = only.entries("profile") {
            let canonical = profile.as_text().unwrap_or_default();
            if let Some(profile) = self.find_profile(canonical) {
                return Some(profile.root.children);
            }
            self.report(Problem::UnknownContent(canonical.to_owned()), diff.index, id);
        }
        let built = self.find_type(only.text("code").unwrap_or_default())?;
        Some(built.root.children.clone())
    }

    /// Makes the node what `contentReference` says it is; gives the elements below that. It is
    /// `#Observation.referenceRange`, or with the canonical of the definition before the `#`.
    fn refer(
        &mut self,
        node: &mut Node,
        reference: &str,
        diff: &Node,
        id: &str,
    ) -> Option<Vec<Node>> {
        let (url, path) = reference.split_once('#').unwrap_or(("", reference));
        let type_name = path.split('.').next().unwrap_or_default();
        let built = if url.is_empty() { self.find_type(type_name) } else { self.find(url) };
        let target = built.as_ref().and_then(|built| {
            let mut steps = path.split('.').skip(1);
            steps.try_fold(&built.root, |node, step| Some(&node.children[node.child(step)?]))
        });
        let Some(target) = target else {
            self.report(Problem::UnknownElement(reference.to_owned()), diff.index, id);
            return None;
        };
        node.fields.remove("contentReference");
        if let Some(types) = target.fields.get("type") {
            node.fields.set("type", types.clone());
        }
        Some(target.children.clone())
    }
}
