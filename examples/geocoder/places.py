"""Makes a small geolocation database of the shape of GeoLite2-City, over the addresses reserved for documentation."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple


class City(NamedTuple):
    """A city and the networks that this example puts there."""

    name: str
    country: str
    country_name: str
    latitude: float
    longitude: float
    networks: tuple[str, ...]


# RFC 5737 and RFC 3849. Of 203.0.113.0/24 the last quarter, and most of 2001:db8::/32, are nowhere.
CITIES = (
    City("Vienna", "AT", "Austria", 48.2082, 16.3738, ("192.0.2.0/26", "2001:db8:1000::/36")),
    City("Zürich", "CH", "Switzerland", 47.3769, 8.5417, ("192.0.2.64/26", "2001:db8:2000::/36")),
    City("São Paulo", "BR", "Brazil", -23.5505, -46.6333, ("192.0.2.128/25", "2001:db8:3000::/36")),
    City("Nairobi", "KE", "Kenya", -1.2921, 36.8219, ("198.51.100.0/26",)),
    City("東京", "JP", "Japan", 35.6762, 139.6503, ("198.51.100.64/26", "2001:db8:4000::/36")),
    City("London", "GB", "United Kingdom", 51.5072, -0.1276, ("198.51.100.128/26", "2001:db8:5000::/36")),
    City("London", "CA", "Canada", 42.9849, -81.2453, ("198.51.100.192/26",)),
    City("Montréal", "CA", "Canada", 45.5019, -73.5674, ("203.0.113.0/26", "2001:db8:6000::/36")),
    City("Wellington", "NZ", "New Zealand", -41.2924, 174.7787, ("203.0.113.64/26",)),
    City("", "IS", "Iceland", 64.9631, -19.0208, ("203.0.113.128/26", "2001:db8:7000::/36")),  # no city known
)


def write_database(path: Path) -> None:
    """Write the database to a file."""
    from mmdb_writer import MMDBWriter
    from netaddr import IPSet

    writer = MMDBWriter(
        ip_version=6,
        ipv4_compatible=True,
        database_type="GeoLite2-City",
        languages=["en"],
        description={"en": "Made-up places for the geocoder example of Umbrella"},
    )
    for city in CITIES:
        writer.insert_network(IPSet(city.networks), _record(city))
    writer.to_db_file(str(path))


def _record(city: City) -> dict[str, object]:
    record: dict[str, object] = {
        "country": {"iso_code": city.country, "names": {"en": city.country_name}},
        "location": {"latitude": city.latitude, "longitude": city.longitude},
    }
    if city.name:
        record["city"] = {"names": {"en": city.name}}
    return record
