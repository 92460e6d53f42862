// Colours of HL7 v2: names of segments, separators, escape sequences.

import { StreamLanguage } from "@codemirror/language";

export const er7 = StreamLanguage.define({
  name: "HL7 v2",
  token(stream) {
    if (stream.sol() && stream.match(/^[A-Z][A-Z0-9]{2}(?=[^A-Za-z0-9]|$)/)) return "propertyName";
    if (stream.match(/^\\[^\\|^~&]*\\/)) return "atom";
    if (stream.match(/^[|^~&]+/)) return "punctuation";
    stream.next();
    stream.eatWhile(/[^|^~&\\]/);
    return null;
  },
});
