"""Packaging of Umbrella: the Python package, and the jars that go into it."""

from __future__ import annotations

import runpy
import sys
from pathlib import Path

import setuptools
from setuptools import Command, find_packages, setup
from setuptools.command.build import build
from setuptools.errors import SetupError

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE / "java"))

from build_jars import FLUX_JAR, OWN_JAR, JarBuildError, build as build_jars  # noqa: E402


class BuildJars(Command):
    """Put the jars into umbrella/jars of the source tree, from where build_py packs them."""

    description = "build the jars of java/ with Maven, unless they are up to date"
    user_options: list[tuple[str, str, str]] = []

    def initialize_options(self) -> None:
        """Set what setuptools sets on commands that know of editable installs."""
        self.editable_mode = False

    def finalize_options(self) -> None:
        """Nothing to settle: the jars have one place."""

    def run(self) -> None:
        """Build; what is missing ends the install with a text that says so."""
        try:
            build_jars(HERE / "umbrella" / "jars")
        except JarBuildError as error:
            raise SetupError(str(error)) from error

    def get_source_files(self) -> list[str]:
        """Return the files a source distribution needs for this step."""
        sources = [path for path in (HERE / "java").rglob("*") if path.suffix in {".java", ".lua", ".xml", ".py"}]
        return sorted(path.relative_to(HERE).as_posix() for path in sources)

    def get_outputs(self) -> list[str]:
        """Return what this step puts into the build folder: nothing, build_py does."""
        return []

    def get_output_mapping(self) -> dict[str, str]:
        """Return built files by source file: none, as for get_outputs."""
        return {}


class Build(build):
    """setuptools' build, with the jars first."""

    sub_commands = [("build_jars", None), *build.sub_commands]


# PEP 639's field, which older versions of setuptools do not know.
LICENCE_FIELD = "license_expression" if int(setuptools.__version__.split(".")[0]) >= 77 else "license"

setup(
    name="umbrella-storm",
    version=runpy.run_path(str(HERE / "umbrella" / "version.py"))["VERSION"],
    description="Write Apache Storm topologies in Python and run them on a real Storm",
    long_description=(HERE / "README.md").read_text(encoding="utf-8") if (HERE / "README.md").exists() else "",
    long_description_content_type="text/markdown",
    author="Umbrella developers",
    keywords=["storm", "apache-storm", "stream-processing", "topology"],
    **{LICENCE_FIELD: "Apache-2.0"},
    license_files=["LICENSE"],
    python_requires=">=3.9",
    packages=find_packages(include=["umbrella", "umbrella.*"]),
    package_dir={"": "."},  # makes an editable install a plain path entry, which type checkers can follow
    include_package_data=False,
    package_data={
        "umbrella": ["py.typed", f"jars/{OWN_JAR}", f"jars/{FLUX_JAR}"],
        "umbrella.compile": ["*.thrift"],
        "umbrella.scaffold": ["project/*.template", "project/*/*.template"],
        "umbrella.storm": ["*.xml"],
        "umbrella.storm.cluster": ["*.xml"],
    },
    install_requires=[
        "PyYAML>=6",
        "click>=8",
        "packaging>=22",
        "psutil>=5.9",
        "py4j>=0.10.9.7",
        "rich>=13",
        "simplejson>=3.19",
        "six>=1.16",
        "thriftpy2>=0.7",
        "tomli>=2; python_version < '3.11'",
        "typing_extensions>=4.6",
    ],
    extras_require={
        "fast": ["msgspec>=0.18", "orjson>=3.9"],  # quicker JSON and msgpack, in tests, local runs and on workers
        "pytest": ["pytest>=8"],  # for the plugin's fixtures
        "dev": [
            "cassandra-driver>=3.29.3",
            "confluent-kafka>=2.6",
            "hypothesis>=6",
            "maxminddb>=2",
            "mmdb_writer>=0.2",
            "msgpack>=1",
            "msgspec>=0.18",
            "mypy>=1.11",
            "numpy>=1.22",
            "orjson>=3.9",
            "playwright>=1.40",
            "pydantic>=2",
            "pyright[nodejs]>=1.1",
            "pytest>=8",
            "pytest-rerunfailures>=14",
            "pytest-xdist>=3.6",
            "redis>=5",
            "ruff>=0.6",
            "types-PyYAML",
            "types-psutil",
            "types-simplejson",
            "types-six",
            "websockets>=13",
        ],
    },
    entry_points={
        "console_scripts": ["umbrella = umbrella.cli.start:main"],
        "pytest11": ["umbrella = umbrella.testing.plugin"],
    },
    cmdclass={"build": Build, "build_jars": BuildJars},
    classifiers=[
        "Development Status :: 3 - Alpha",
        "Framework :: Pytest",
        "Intended Audience :: Developers",
        "Operating System :: MacOS",
        "Operating System :: POSIX",
        "Programming Language :: Java",
        "Programming Language :: Python :: 3",
        "Programming Language :: Python :: 3 :: Only",
        "Programming Language :: Python :: 3.9",
        "Programming Language :: Python :: 3.10",
        "Programming Language :: Python :: 3.11",
        "Programming Language :: Python :: 3.12",
        "Programming Language :: Python :: 3.13",
        "Topic :: System :: Distributed Computing",
        "Typing :: Typed",
    ],
)
