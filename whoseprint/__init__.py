"""whoseprint"""
