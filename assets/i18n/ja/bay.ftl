# bay
