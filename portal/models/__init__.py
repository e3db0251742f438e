"""The user, the roles of the staff, the pages of the shell and the memory of its clock."""

from portal.models.experiments import Experiment, ExperimentDay
from portal.models.notices import NoticeBanner
from portal.models.operations import PeriodicJob
from portal.models.pages import HomePage
from portal.models.roles import Role, RoleCode, RoleGrant
from portal.models.shop import ShopSettings
from portal.models.users import User

__all__ = [
    "Experiment",
    "ExperimentDay",
    "HomePage",
    "NoticeBanner",
    "PeriodicJob",
    "Role",
    "RoleCode",
    "RoleGrant",
    "ShopSettings",
    "User",
]
