"""The gradebook by OneRoster 1.2's REST binding, by the standard's names: what there is to read, to put and to delete."""

import re

from schoolbus.contracts import roster
from schoolbus.events import Event
from schoolbus.oneroster.schemas import CollectionQuery, OneQuery
from schoolbus.oneroster.shapes import GRADEBOOK as BASE
from schoolbus.service import api, on
from services.reports.oneroster import pushing, reach, reading, schemas, within
from services.reports.oneroster.resources import CATEGORIES, LINE_ITEMS, RESULTS

MAY_READ, MAY_PUSH = "read gradebooks by OneRoster", "push marks by OneRoster"


def _all(name, path, resource, inside=None):
    """A collection. Ids stand in the path as {}."""

    def get(self, caller, *given):
        *ids, query, address = given
        return reading.collection(self.store, caller, resource, path, inside, ids, query, address)

    return _named(get, name, path, CollectionQuery, schemas.MANY[resource.many])


def _one(name, path, resource):
    """A single record."""

    def get(self, caller, id, query, address):
        return reading.single(self.store, caller, resource, id, query, address)

    return _named(get, name, path, OneQuery, schemas.ONE[resource.many])


def _named(get, name, path, query, gives):
    _called(get, name)
    return api("GET", _full(path), query=query, gives=gives, may=MAY_READ, address=True)(get)


def _put(name, path, takes, put):
    def change(self, caller, id, body):
        return put(self.store, caller, id, body)

    _called(change, name)
    return api("PUT", _full(path), takes=takes, gives=schemas.SourcedIdPairs, status=201, may=MAY_PUSH)(change)


def _delete(name, path, delete):
    def change(self, caller, id):
        delete(self.store, caller, id)

    _called(change, name)
    return api("DELETE", _full(path), may=MAY_PUSH)(change)


def _called(function, name):
    function.__name__, function.__doc__ = name, f"OneRoster 1.2: {name}"


def _full(path):
    ids = iter(("{first_id}", "{second_id}"))
    return BASE + re.sub(r"{}", lambda _: next(ids), path)


class OneRosterGradebook:
    # Categories
    get_all_categories = _all("getAllCategories", "/categories", CATEGORIES)
    get_category = _one("getCategory", "/categories/{}", CATEGORIES)
    put_oneroster_category = _put("putCategory", "/categories/{}", schemas.CategoryBody, pushing.put_category)
    delete_oneroster_category = _delete("deleteCategory", "/categories/{}", pushing.delete_category)
    get_categories_of_class = _all("getCategoriesForClass", "/classes/{}/categories", CATEGORIES, within.categories_of_class)

    # Line items
    get_all_line_items = _all("getAllLineItems", "/lineItems", LINE_ITEMS)
    get_line_item = _one("getLineItem", "/lineItems/{}", LINE_ITEMS)
    put_oneroster_line_item = _put("putLineItem", "/lineItems/{}", schemas.LineItemBody, pushing.put_line_item)
    delete_oneroster_line_item = _delete("deleteLineItem", "/lineItems/{}", pushing.delete_line_item)
    get_line_items_of_class = _all("getLineItemsForClass", "/classes/{}/lineItems", LINE_ITEMS, within.of_class)
    get_line_items_of_school = _all("getLineItemsForSchool", "/schools/{}/lineItems", LINE_ITEMS, within.line_items_of_school)

    # Results
    get_all_results = _all("getAllResults", "/results", RESULTS)
    get_result = _one("getResult", "/results/{}", RESULTS)
    put_oneroster_result = _put("putResult", "/results/{}", schemas.ResultBody, pushing.put_result)
    delete_oneroster_result = _delete("deleteResult", "/results/{}", pushing.delete_result)
    get_results_of_class = _all("getResultsForClass", "/classes/{}/results", RESULTS, within.of_class)
    get_results_of_line_item = _all(
        "getResultsForLineItemForClass", "/classes/{}/lineItems/{}/results", RESULTS, within.results_of_line_item
    )
    get_results_of_student = _all(
        "getResultsForStudentForClass", "/classes/{}/students/{}/results", RESULTS, within.results_of_student
    )

    @on(roster.MachineClientChanged)
    def keep_machine_client(self, event: Event) -> None:
        reach.keep(self.store, event)
