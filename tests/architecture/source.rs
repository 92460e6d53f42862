//! Reads one Rust source into the few facts that the rules of `tests/architecture.rs` are about:
//! which paths it uses, which macros it calls, how long its functions are.
//! Code under `#[cfg(test)]` is left out: a test may read files and look anywhere.

use proc_macro2::{TokenStream, TokenTree};
use syn::spanned::Spanned;
use syn::visit::{self, Visit};

/// What the rules need to know of one file.
#[derive(Debug, Default)]
pub(crate) struct Source {
    /// Relative to the root of the repository.
    pub(crate) path: String,
    /// The module that the file is: `["tree", "builder"]`.
    pub(crate) module: Vec<String>,
    /// Every path with more than one segment, absolute from the crate where that can be told.
    pub(crate) paths: Vec<Path>,
    /// Every macro call: name and line.
    pub(crate) macros: Vec<(String, usize)>,
    /// Every function.
    pub(crate) functions: Vec<Function>,
    /// Modules of this file that are compiled for tests only.
    pub(crate) test_modules: Vec<Vec<String>>,
    /// Lines of text.
    pub(crate) lines: usize,
    /// True if the file opens with `//!`.
    pub(crate) has_doc: bool,
}

/// A path as it was written, with `self` and `super` resolved to the crate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Path {
    /// The segments; the first is `crate` or a name that is relative.
    pub(crate) segments: Vec<String>,
    /// True if it stands in a `pub use`.
    pub(crate) is_reexport: bool,
    /// Line, from 1.
    pub(crate) line: usize,
}

/// A function's size.
#[derive(Debug)]
pub(crate) struct Function {
    /// Its name.
    pub(crate) name: String,
    /// Lines from signature to closing brace.
    pub(crate) lines: usize,
    /// True if its body is one `match`: long, but read at a glance.
    pub(crate) is_flat_match: bool,
}

impl Source {
    /// Reads the file `path` (relative to the repository) with the content `text`.
    pub(crate) fn parse(path: &str, text: &str) -> Self {
        let file = syn::parse_file(text).unwrap_or_else(|error| panic!("{path}: {error}"));
        let module = module_of(path);
        let mut reader = Reader { inner: module.clone(), source: Self::default() };
        reader.visit_file(&file);
        Self {
            path: path.to_owned(),
            module,
            lines: text.lines().count(),
            has_doc: text.starts_with("//!"),
            ..reader.source
        }
    }
}

/// `src/tree/builder.rs` is `tree::builder`; a `mod.rs` or `main.rs` is its folder.
fn module_of(path: &str) -> Vec<String> {
    let inside = path.strip_prefix("src/").unwrap_or(path);
    let mut steps: Vec<String> =
        inside.trim_end_matches(".rs").split('/').map(str::to_owned).collect();
    if matches!(steps.last().map(String::as_str), Some("mod" | "main" | "lib")) {
        steps.pop();
    }
    steps
}

struct Reader {
    /// The module at the place that is being read, inline modules included.
    inner: Vec<String>,
    source: Source,
}

impl Reader {
    fn path(&mut self, segments: &[String], line: usize, is_reexport: bool) {
        if segments.len() > 1 {
            let segments = self.absolute(segments);
            self.source.paths.push(Path { segments, is_reexport, line });
        }
    }

    /// Replaces leading `self` and `super` by `crate` and the module.
    fn absolute(&self, segments: &[String]) -> Vec<String> {
        let mut base = self.inner.clone();
        let mut rest = segments;
        let relative = matches!(rest.first().map(String::as_str), Some("self" | "super"));
        while let Some(first) = rest.first().filter(|_| relative) {
            match first.as_str() {
                "self" => {}
                "super" => drop(base.pop()),
                _ => break,
            }
            rest = &rest[1..];
        }
        let prefix = if relative { [vec!["crate".to_owned()], base].concat() } else { Vec::new() };
        [&prefix, rest].concat()
    }

    fn use_tree(&mut self, prefix: &[String], tree: &syn::UseTree, line: usize, is_pub: bool) {
        let with = |name: &syn::Ident| [prefix, &[name.to_string()]].concat();
        match tree {
            syn::UseTree::Path(path) => {
                self.use_tree(&with(&path.ident), &path.tree, line, is_pub);
            }
            syn::UseTree::Name(name) if name.ident == "self" => self.path(prefix, line, is_pub),
            syn::UseTree::Name(name) => self.path(&with(&name.ident), line, is_pub),
            syn::UseTree::Rename(rename) => self.path(&with(&rename.ident), line, is_pub),
            syn::UseTree::Glob(_) => self.path(prefix, line, is_pub),
            syn::UseTree::Group(group) => {
                for item in &group.items {
                    self.use_tree(prefix, item, line, is_pub);
                }
            }
        }
    }

    /// Paths inside the arguments of a macro call, which are tokens and no syntax tree.
    fn tokens(&mut self, tokens: TokenStream) {
        let mut segments: Vec<String> = Vec::new();
        let (mut colons, mut line) = (0, 0);
        for token in tokens {
            line = token.span().start().line;
            match token {
                TokenTree::Ident(ident) if segments.is_empty() || colons == 2 => {
                    segments.push(ident.to_string());
                    colons = 0;
                    continue;
                }
                TokenTree::Punct(punct) if punct.as_char() == ':' => {
                    colons += 1;
                    continue;
                }
                TokenTree::Ident(ident) => {
                    self.path(&segments, line, false);
                    segments = vec![ident.to_string()];
                    colons = 0;
                    continue;
                }
                TokenTree::Group(group) => self.tokens(group.stream()),
                _ => {}
            }
            self.path(&segments, line, false);
            segments.clear();
            colons = 0;
        }
        self.path(&segments, line, false);
    }

    fn function(&mut self, signature: &syn::Signature, block: &syn::Block) {
        let (start, end) = (signature.span().start().line, block.span().end().line);
        self.source.functions.push(Function {
            name: signature.ident.to_string(),
            lines: end + 1 - start,
            is_flat_match: matches!(
                block.stmts.as_slice(),
                [syn::Stmt::Expr(syn::Expr::Match(_), _)]
            ),
        });
    }
}

impl<'ast> Visit<'ast> for Reader {
    fn visit_item(&mut self, item: &'ast syn::Item) {
        if is_for_tests(attributes(item)) {
            if let syn::Item::Mod(module) = item {
                let name = [self.inner.as_slice(), &[module.ident.to_string()]].concat();
                self.source.test_modules.push(name);
            }
            return;
        }
        visit::visit_item(self, item);
    }

    fn visit_item_mod(&mut self, module: &'ast syn::ItemMod) {
        self.inner.push(module.ident.to_string());
        visit::visit_item_mod(self, module);
        self.inner.pop();
    }

    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        let is_pub = !matches!(item.vis, syn::Visibility::Inherited);
        self.use_tree(&[], &item.tree, item.span().start().line, is_pub);
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let segments: Vec<String> = path.segments.iter().map(|s| s.ident.to_string()).collect();
        self.path(&segments, path.span().start().line, false);
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, call: &'ast syn::Macro) {
        if let Some(name) = call.path.segments.last() {
            self.source.macros.push((name.ident.to_string(), call.span().start().line));
        }
        self.tokens(call.tokens.clone());
        visit::visit_macro(self, call);
    }

    fn visit_item_fn(&mut self, item: &'ast syn::ItemFn) {
        self.function(&item.sig, &item.block);
        visit::visit_item_fn(self, item);
    }

    fn visit_impl_item_fn(&mut self, item: &'ast syn::ImplItemFn) {
        if !is_for_tests(&item.attrs) {
            self.function(&item.sig, &item.block);
            visit::visit_impl_item_fn(self, item);
        }
    }
}

/// True for `#[cfg(test)]` and `#[cfg(all(test, ..))]`.
fn is_for_tests(attributes: &[syn::Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        let syn::Meta::List(list) = &attribute.meta else { return false };
        let tokens = list.tokens.to_string();
        list.path.is_ident("cfg") && (tokens == "test" || tokens.starts_with("all (test"))
    })
}

fn attributes(item: &syn::Item) -> &[syn::Attribute] {
    match item {
        syn::Item::Const(item) => &item.attrs,
        syn::Item::Fn(item) => &item.attrs,
        syn::Item::Impl(item) => &item.attrs,
        syn::Item::Macro(item) => &item.attrs,
        syn::Item::Mod(item) => &item.attrs,
        syn::Item::Static(item) => &item.attrs,
        syn::Item::Struct(item) => &item.attrs,
        syn::Item::Use(item) => &item.attrs,
        _ => &[],
    }
}
