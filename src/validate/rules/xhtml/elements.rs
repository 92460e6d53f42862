//! Which elements and attributes a narrative may have, and which element may stand in which:
//! chapters 7 to 11 (without 9.4) and 15 of HTML 4.0, as
//! <http://hl7.org/fhir/R4/narrative.html> says.

/// What elements have in common in the content model of HTML.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Group {
    /// `div` and `blockquote`: anything.
    Block,
    /// `p`: text, and nothing that HTML ends a paragraph at.
    Paragraph,
    /// Headings, `address`, `dt` (placed as [`Group::Term`]): text.
    Heading,
    Preformatted,
    /// Text with a meaning or a look.
    Inline,
    /// `br`, `hr`, `img`: nothing inside.
    Void,
    List,
    ListItem,
    Definitions,
    Term,
    Description,
    Table,
    Caption,
    Columns,
    Column,
    Section,
    Row,
    Cell,
    Map,
    Area,
}

/// The group of an element, if a narrative may have it. (Patterns of bytes compile to a decision tree, those
/// of `str` to a row of comparisons.)
pub(super) fn group(name: &str) -> Option<Group> {
    Some(match name.as_bytes() {
        b"td" | b"th" => Group::Cell,
        b"a" | b"b" | b"i" | b"span" | b"em" | b"strong" | b"small" | b"big" | b"tt" | b"dfn"
        | b"q" | b"var" | b"abbr" | b"acronym" | b"cite" | b"bdo" | b"kbd" | b"sub" | b"sup"
        | b"code" | b"samp" => Group::Inline,
        b"tr" => Group::Row,
        b"br" | b"img" | b"hr" => Group::Void,
        b"p" => Group::Paragraph,
        b"div" | b"blockquote" => Group::Block,
        b"li" => Group::ListItem,
        b"ul" | b"ol" => Group::List,
        b"table" => Group::Table,
        b"tbody" | b"thead" | b"tfoot" => Group::Section,
        b"h1" | b"h2" | b"h3" | b"h4" | b"h5" | b"h6" | b"address" => Group::Heading,
        b"pre" => Group::Preformatted,
        b"dl" => Group::Definitions,
        b"dt" => Group::Term,
        b"dd" => Group::Description,
        b"caption" => Group::Caption,
        b"colgroup" => Group::Columns,
        b"col" => Group::Column,
        b"map" => Group::Map,
        b"area" => Group::Area,
        _ => return None,
    })
}

impl Group {
    /// True if an element of this group may have one of the group `child` directly inside.
    pub(super) fn may_contain(self, child: Self) -> bool {
        match self {
            Self::List => child == Self::ListItem,
            Self::Definitions => matches!(child, Self::Term | Self::Description),
            Self::Table => matches!(
                child,
                Self::Caption | Self::Columns | Self::Column | Self::Section | Self::Row
            ),
            Self::Section => child == Self::Row,
            Self::Row => child == Self::Cell,
            Self::Columns => child == Self::Column,
            Self::Void | Self::Column | Self::Area => false,
            Self::Map if child == Self::Area => true,
            _ if child.has_one_place() => false,
            Self::Paragraph => !child.ends_paragraph() && child != Self::Preformatted,
            Self::Heading | Self::Preformatted | Self::Inline | Self::Term | Self::Caption => {
                !child.ends_paragraph() || child == Self::Paragraph
            }
            _ => true,
        }
    }

    /// True if the group may have text directly inside.
    pub(super) fn may_have_text(self) -> bool {
        !matches!(
            self,
            Self::List
                | Self::Definitions
                | Self::Table
                | Self::Section
                | Self::Row
                | Self::Columns
                | Self::Void
                | Self::Column
                | Self::Area
        )
    }

    /// True if the element stands only in the element that is made for it, as a row in a table.
    fn has_one_place(self) -> bool {
        matches!(
            self,
            Self::ListItem
                | Self::Term
                | Self::Description
                | Self::Caption
                | Self::Columns
                | Self::Column
                | Self::Section
                | Self::Row
                | Self::Cell
                | Self::Area
        )
    }

    /// True if a browser that reads the element ends the paragraph that is open.
    pub(super) fn ends_paragraph(self) -> bool {
        matches!(self, Self::Block | Self::Paragraph | Self::List | Self::Table)
    }
}

/// True if an element of that name may have that attribute in a narrative.
pub(super) fn may_have_attribute(element: &str, attribute: &str) -> bool {
    match attribute.as_bytes() {
        b"style" | b"class" | b"title" | b"id" | b"lang" | b"xml:lang" | b"xml:space" | b"dir"
        | b"accesskey" | b"tabindex" | b"span" | b"width" | b"align" | b"valign" | b"char"
        | b"charoff" | b"abbr" | b"axis" | b"headers" | b"scope" | b"rowspan" | b"colspan" => true,
        b"href" | b"shape" | b"coords" => matches!(element, "a" | "area"),
        b"name" => matches!(element, "a" | "map"),
        b"alt" => matches!(element, "img" | "area"),
        b"src" | b"height" | b"longdesc" | b"usemap" | b"ismap" => element == "img",
        b"border" => matches!(element, "img" | "table"),
        b"charset" | b"type" | b"hreflang" | b"rel" | b"rev" => element == "a",
        b"cite" => matches!(element, "blockquote" | "q"),
        b"nohref" => element == "area",
        b"summary" | b"frame" | b"rules" | b"cellspacing" | b"cellpadding" => element == "table",
        b"nowrap" => matches!(element, "td" | "th"),
        b"space" => element == "pre",
        _ => attribute == "xmlns" || attribute.starts_with("xmlns:"),
    }
}
