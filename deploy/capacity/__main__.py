"""`python -m deploy.capacity`: writes what of docs/capacity.md follows from measured figures and from the code."""

from deploy.capacity import page

if __name__ == "__main__":
    page.write()
