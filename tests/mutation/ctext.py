# SPDX-License-Identifier: GPL-2.0
"""C source as tokens with positions: enough of C to find functions, conditions, operands
and statements in the stage headers, which are plain kernel style. It knows no mutation."""
import re

TOKEN = re.compile(r"""
    (?P<space>\s+)
  | (?P<comment>/\*.*?\*/|//[^\n]*)
  | (?P<hash>\#(?:[^\n\\]|\\\n|\\.)*)
  | (?P<string>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')
  | (?P<number>0[xX][0-9a-fA-F]+[uUlL]*|\d+[uUlL]*)
  | (?P<word>[A-Za-z_]\w*)
  | (?P<op><<=|>>=|\.\.\.|->|\+\+|--|<<|>>|<=|>=|==|!=|&&|\|\||[-+*/%&|^]=|[-+*/%&|^~!<>=?:;,.(){}\[\]])
""", re.X | re.S)

TYPES = re.compile(r"(__u\d+|__s\d+|__be\d+|struct|const|int|long|void|enum|static|char|volatile|typeof)$")
KEYWORDS = {"return", "if", "else", "for", "while", "do", "switch", "case", "default", "break",
            "continue", "goto"}
CLOSES = {"(": ")", "[": "]", "{": "}"}


class Token:
    def __init__(self, kind, text, start):
        self.kind, self.text, self.start = kind, text, start
        self.end = start + len(text)
        self.pair = None  # index of the other bracket

    def __repr__(self):
        return self.text


def tokens(text, start=0):
    """Tokens of a piece of C without space and comments; brackets know their pair."""
    out, stack, at = [], [], 0
    while at < len(text):
        m = TOKEN.match(text, at)
        if not m:
            raise ValueError("no token at %r" % text[at:at + 40])
        at = m.end()
        if m.lastgroup not in ("space", "comment"):
            out.append(Token(m.lastgroup, m.group(), start + m.start()))
            if out[-1].text in CLOSES:
                stack.append(len(out) - 1)
            elif out[-1].text in CLOSES.values() and stack:
                out[-1].pair = stack.pop()
                out[out[-1].pair].pair = len(out) - 1
    return out


class Body:
    """What is mutated as one: the tokens of a function's body or of a #define."""
    def __init__(self, name, toks, start, is_macro=False, head=0, parameters=()):
        self.name, self.toks, self.start, self.is_macro = name, toks, start, is_macro
        self.head, self.parameters = head, list(parameters)  # of a function
        self.text = " ".join(t.text for t in toks)


def macro(tok):
    """An object-like #define as a Body, or None."""
    m = re.match(r"#\s*define\s+(\w+)(?!\()[ \t]+", tok.text)
    if not m or m.end() == len(tok.text):
        return None
    return Body(m.group(1), tokens(tok.text[m.end():], tok.start + m.end()), tok.start, True)


def bodies(text):
    """All functions and object-like macros of a header that the host build sees."""
    out, hidden = [], []
    toks = tokens(text)
    i = 0
    while i < len(toks):
        t = toks[i]
        if t.kind == "hash":
            word = re.match(r"#\s*(\w+)\s*(.*)", t.text, re.S)
            kind, rest = word.group(1), word.group(2).strip()
            if kind in ("if", "ifdef", "ifndef"):
                hidden.append({"ifndef": rest == "ZT_HOST"}.get(kind, False))
            elif kind == "else":
                hidden[-1] = not hidden[-1]
            elif kind == "endif":
                hidden.pop()
            elif kind == "define" and not any(hidden):
                found = macro(t)
                if found:
                    out.append(found)
        elif t.text == "{":
            last = t.pair
            if toks[i - 1].text == ")" and not any(hidden):
                opens = toks[i - 1].pair
                first, head = toks[opens - 1], opens - 1
                while head and toks[head - 1].kind == "word" or toks[head - 1].text == "*":
                    head -= 1
                out.append(Body(first.text, resolve(toks[i:last + 1]), first.start,
                                head=toks[head].start, parameters=toks[opens + 1:i - 1]))
            i = last
        i += 1
    return out


def resolve(toks):
    """A slice with pairs counted from its own beginning; what only the kernel sees is left out."""
    keep, skip = [], 0
    for t in toks:
        if t.kind == "hash":
            if re.match(r"#\s*ifndef\s+ZT_HOST", t.text):
                skip += 1
            elif re.match(r"#\s*endif", t.text):
                skip -= 1
        elif not skip:
            keep.append(t)
    stack = []
    for n, t in enumerate(keep):
        if t.text in CLOSES:
            stack.append(n)
        elif t.text in CLOSES.values():
            t.pair = stack.pop()
            keep[t.pair].pair = n
    return keep


def is_cast(toks, close):
    """Is the group that ends here a type in brackets."""
    return bool(TYPES.match(toks[toks[close].pair + 1].text)) and \
        all(t.kind == "word" or t.text == "*" for t in toks[toks[close].pair + 1:close])


def is_binary(toks, i):
    """Is the operator at i between two operands."""
    p = toks[i - 1] if i else None
    if p is None or (p.kind == "op" and p.text not in (")", "]")):
        return False
    if p.text == ")" and is_cast(toks, i - 1):
        return False
    return p.text not in KEYWORDS and p.kind != "hash"


def back(toks, i, stops):
    """Index of the first token of the operand that ends before i."""
    i -= 1
    while i >= 0 and toks[i].text not in stops and toks[i].text not in CLOSES:
        i = toks[i].pair if toks[i].text in CLOSES.values() else i
        i -= 1
    return i + 1


def ahead(toks, i, stops):
    """Index behind the last token of the operand that begins after i."""
    i += 1
    while i < len(toks) and toks[i].text not in stops and toks[i].text not in CLOSES.values():
        i = toks[i].pair if toks[i].text in CLOSES else i
        i += 1
    return i


def statements(toks):
    """Expression statements as (first, semicolon), and where else one begins."""
    i, begins = 0, True
    while i < len(toks):
        t = toks[i]
        if t.text in ("{", "}", ";", "else"):
            begins = True
        elif t.text in ("if", "for", "while", "switch"):
            i = toks[i + 1].pair
            begins = True
        elif t.text in ("case", "default"):
            while toks[i].text != ":":
                i += 1
            begins = True
        elif t.text == "ZT_NO_UNROLL":
            begins = True
        elif begins and toks[i + 1].text == ":":
            i += 1  # a label
        elif begins:
            end = ahead(toks, i - 1, {";"})
            if not TYPES.match(t.text):
                yield i, end
            begins = False
            i = end - 1
        i += 1
