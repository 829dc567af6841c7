"""PDF/UA-1 beside PDF/A-3a: WeasyPrint writes one claim, a file may make two.

The PDF/UA identifier needs an extension schema inside PDF/A metadata (ISO 19005-3, 6.6.2.3).
Leaves out proof of conformance: no validator is bundled, the tests check what they can.
"""

from __future__ import annotations

from typing import Any

_IDENTIFIER = (
    b'<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/"'
    b' pdfuaid:part="1"/>'
    b'<rdf:Description rdf:about=""'
    b' xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"'
    b' xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"'
    b' xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">'
    b'<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">'
    b"<pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>"
    b"<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>"
    b"<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>"
    b'<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">'
    b"<pdfaProperty:name>part</pdfaProperty:name>"
    b"<pdfaProperty:valueType>Integer</pdfaProperty:valueType>"
    b"<pdfaProperty:category>internal</pdfaProperty:category>"
    b"<pdfaProperty:description>PDF/UA part</pdfaProperty:description>"
    b"</rdf:li></rdf:Seq></pdfaSchema:property>"
    b"</rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>"
)


def claim_universal_access(document: Any) -> None:
    """Add the PDF/UA-1 identifier to the metadata of a rendered document."""
    write = document.metadata.generate_rdf_metadata

    def with_identifier(*arguments: Any) -> bytes:
        written: bytes = write(*arguments)
        return written.replace(b"</rdf:RDF>", _IDENTIFIER + b"</rdf:RDF>")

    document.metadata.generate_rdf_metadata = with_identifier
