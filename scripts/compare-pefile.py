"""Facts of Windows and Linux programs beside those of pefile and pyelftools, which must be installed.

cordon file examine --json FOLDER > facts.ndjson; python scripts/compare-pefile.py facts.ndjson
Prints each difference and a count; exits 1 when there is one.
"""
import json
import sys

import pefile
from elftools.elf.elffile import ELFFile


def of_pe(path):
    pe = pefile.PE(path)
    exports = pe.DIRECTORY_ENTRY_EXPORT.symbols if hasattr(pe, "DIRECTORY_ENTRY_EXPORT") else []
    return {
        "imphash": pe.get_imphash() or None,
        "imports": sum(len(entry.imports) for entry in getattr(pe, "DIRECTORY_ENTRY_IMPORT", [])),
        "sections": [[s.Name.split(b"\0")[0].decode("latin1"), s.SizeOfRawData, round(s.get_entropy(), 4)] for s in pe.sections],
        "exports": sum(1 for one in exports if one.name),
        "timestamp": pe.FILE_HEADER.TimeDateStamp,
        "rich": len(pe.RICH_HEADER.values) // 2 if pe.RICH_HEADER else 0,
    }


def our_pe(facts):
    return {
        "imphash": facts["imports"].get("imphash"),
        "imports": facts["imports"]["functions"],
        "sections": [[s["name"], s["rawSize"], round(s["entropy"], 4)] for s in facts["sections"]],
        "exports": len(facts.get("exports", {}).get("names", [])),
        "timestamp": facts["timestamp"],
        "rich": len(facts["rich"]),
    }


def of_elf(path):
    with open(path, "rb") as file:
        elf = ELFFile(file)
        dynamic = elf.get_section_by_name(".dynamic")
        symbols = elf.get_section_by_name(".dynsym")
        return {
            "needed": [tag.needed for tag in dynamic.iter_tags() if tag.entry.d_tag == "DT_NEEDED"] if dynamic else [],
            "sections": [[s.name, s["sh_size"]] for s in elf.iter_sections()],
            "imported": sum(1 for s in symbols.iter_symbols() if s["st_shndx"] == "SHN_UNDEF" and s.name) if symbols else 0,
        }


def our_elf(facts):
    return {
        "needed": facts["needed"],
        "sections": [[s["name"], s["size"]] for s in facts["sections"]],
        "imported": len(facts["imported"]),
    }


READERS = {"pe": (of_pe, our_pe), "elf": (of_elf, our_elf)}
files = differences = 0
for line in open(sys.argv[1], encoding="utf8"):
    row = json.loads(line)
    if row.get("type") not in READERS or row["type"] not in row["facts"]:
        continue
    theirs, ours = (read(value) for read, value in zip(READERS[row["type"]], (row["name"], row["facts"][row["type"]])))
    files += 1
    for key, value in theirs.items():
        if ours[key] != value:
            differences += 1
            print(row["name"], key, "ours", str(ours[key])[:200], "theirs", str(value)[:200])
print(files, "files,", differences, "differences")
sys.exit(1 if differences else 0)
